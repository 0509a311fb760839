/** What may be done to something. `All` is everything; `Read` and `Write` allow `Describe` too, as in Kafka. */
export type AclOperation = 'All' | 'Create' | 'Describe' | 'IdempotentWrite' | 'Read' | 'Write'

/** Kinds of things that may be allowed. */
export type AclResource = 'cluster' | 'group' | 'topic' | 'transactionalId'

/** One permission. */
export interface Acl {
  /** For example `User:alice`, or `*` for all. */
  readonly principal: string
  /** What is allowed. */
  readonly operation: AclOperation
  /** On what. */
  readonly resource: AclResource
  /** Its name. Default `*`: all of the kind. */
  readonly name?: string | undefined
}

/** Who may do what. Where there is no list of permissions, everybody everything. */
export class Authorizer {
  /** The permissions; `null`: nothing is refused. May change while the cluster runs. */
  acls: readonly Acl[] | null

  constructor(acls: readonly Acl[] | null) {
    this.acls = acls
  }

  /** Whether `principal` may do this; with no `name`, to any one of the kind. */
  may(principal: string, operation: AclOperation, resource: AclResource, name?: string): boolean {
    if (this.acls === null) return true
    return this.acls.some(
      (acl) =>
        (acl.principal === '*' || acl.principal === principal) &&
        acl.resource === resource &&
        (name === undefined || acl.name === undefined || acl.name === '*' || acl.name === name) &&
        implies(acl.operation, operation),
    )
  }
}

function implies(given: AclOperation, asked: AclOperation): boolean {
  return given === asked || given === 'All' || (asked === 'Describe' && (given === 'Read' || given === 'Write'))
}
