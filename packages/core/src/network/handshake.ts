import type { Api, ApiRange } from '@posthorn/contracts'
import { ConnectionError } from '@posthorn/contracts'
import type { ApiVersionsResponse } from '@posthorn/protocol'
import { apiVersions, brokerError, ErrorCode, metadata, ZERO_UUID } from '@posthorn/protocol'
import { BrokerVersions } from './brokerVersions.ts'

/** Sends one request on a connection that is not yet open to others, and resolves with the answer. */
export type Exchange = <Request, Response>(
  api: Api<Request, Response>,
  version: number,
  body: Request,
) => Promise<Response>

/** Who we say we are (KIP-511). */
export interface ClientSoftware {
  readonly name: string
  readonly version: string
}

/** What has to happen on a connection before it takes requests: for now, learning the broker's versions (API-01 to 03). */
export async function handshake(exchange: Exchange, software: ClientSoftware, broker: string): Promise<BrokerVersions> {
  let version = apiVersions.maxVersion
  for (let attempt = 0; attempt < 2; attempt++) {
    const response = await exchange(apiVersions, version, {
      clientSoftwareName: software.name,
      clientSoftwareVersion: software.version,
      clusterId: null,
      nodeId: -1,
    })
    if (response.errorCode === 0) return versionsOf(response)
    if (response.errorCode !== ErrorCode.UNSUPPORTED_VERSION || version === 0) {
      throw brokerError(response.errorCode, { broker })
    }
    version = lowerVersion(response, version)
  }
  throw new ConnectionError('CONNECTION_FAILED', `broker ${broker} refuses every version of ApiVersions`, { broker })
}

/**
 * The same for a broker that is not asked because it cannot answer, as those before 0.10: it is taken to speak `assumed`. An
 * answer to the oldest request of all shows that it is one of ours and well.
 */
export async function handshakeUnasked(exchange: Exchange, assumed: readonly ApiRange[]): Promise<BrokerVersions> {
  await exchange(metadata, 0, {
    // No legal name, so the answer is short and no topic is created.
    topics: [{ name: '/', topicId: ZERO_UUID }],
    allowAutoTopicCreation: true,
    includeClusterAuthorizedOperations: false,
    includeTopicAuthorizedOperations: false,
  })
  return new BrokerVersions({ apiKeys: assumed })
}

function versionsOf({ apiKeys, finalizedFeaturesEpoch, finalizedFeatures }: ApiVersionsResponse): BrokerVersions {
  return new BrokerVersions({ apiKeys, finalizedFeaturesEpoch, finalizedFeatures })
}

/** The version that the broker names as its highest (KIP-511), or 0. */
function lowerVersion(response: ApiVersionsResponse, refused: number): number {
  const named = response.apiKeys.find((range) => range.apiKey === apiVersions.key)
  return named === undefined ? 0 : Math.min(named.maxVersion, refused - 1)
}
