import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './paths.mjs'

/**
 * The workspace's folders below `groups` that are packages.
 *
 * @param {readonly string[]} groups
 * @returns {string[]}
 */
export function packagesIn(groups) {
  return groups
    .map((group) => join(root, group))
    .filter((group) => existsSync(group))
    .flatMap((group) => [
      group,
      ...readdirSync(group)
        .sort()
        .map((name) => join(group, name)),
    ])
    .filter((folder) => existsSync(join(folder, 'package.json')))
}

/** What we publish. */
export const published = () => packagesIn(['packages', 'plugins'])
