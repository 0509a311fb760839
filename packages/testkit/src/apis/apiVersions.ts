import { apiVersions as api, type ApiVersionsRequest, type ApiVersionsResponse, ErrorCode } from '@posthorn/protocol'
import type { ApiHandler, RequestContext } from './apiHandler.ts'

/**
 * ApiVersions, versions 0 to 5.
 *
 * - Lists what this cluster serves, within the limits that it was given.
 * - A version that it does not know gets UNSUPPORTED_VERSION in the form of version 0, with the range of ApiVersions
 *   as the only entry (KIP-511). That is done where versions are checked, with `unsupported`.
 * - A client software name or version of other characters than KIP-511 allows gets INVALID_REQUEST.
 * - Finalized is the feature `transaction.version` in the level that the cluster was given; level 0 is not listed. What is
 *   supported is listed from version 4 on, since clients of version 3 cannot take a lowest level of 0.
 * - From version 5 on, another cluster id or node id than ours gets REBOOTSTRAP_REQUIRED (KIP-1242).
 */
export const apiVersions: ApiHandler<ApiVersionsRequest, ApiVersionsResponse> = {
  api,
  minVersion: api.minVersion,
  maxVersion: api.maxVersion,
  handle(request, context) {
    const errorCode = judge(request, context)
    if (errorCode !== ErrorCode.NONE) return response(errorCode, [])
    return { ...response(ErrorCode.NONE, context.cluster.apis.advertised), ...features(context) }
  },
  fail: (_request, errorCode) => response(errorCode, []),
}

/** The answer to a version that is not served, to be encoded as version 0. */
export function unsupported(context: Pick<RequestContext, 'cluster'>): ApiVersionsResponse {
  const own = context.cluster.apis.advertised.filter((range) => range.apiKey === api.key)
  return response(ErrorCode.UNSUPPORTED_VERSION, own)
}

function judge(request: ApiVersionsRequest, { cluster, broker, version }: RequestContext): number {
  const software = [request.clientSoftwareName, request.clientSoftwareVersion]
  const legal = (text: string): boolean => /^[a-zA-Z0-9](?:[a-zA-Z0-9\-.]*[a-zA-Z0-9])?$/.test(text)
  if (version >= 3 && !software.every(legal)) return ErrorCode.INVALID_REQUEST
  const otherCluster = request.clusterId !== null && request.clusterId !== cluster.clusterId
  const otherNode = request.nodeId >= 0 && request.nodeId !== broker.id
  return version >= 5 && (otherCluster || otherNode) ? ErrorCode.REBOOTSTRAP_REQUIRED : ErrorCode.NONE
}

function features({ cluster, version }: RequestContext): Partial<ApiVersionsResponse> {
  const level = cluster.settings.transactionVersion
  const name = 'transaction.version'
  return {
    supportedFeatures: version < 4 ? [] : [{ name, minVersion: 0, maxVersion: 2 }],
    finalizedFeaturesEpoch: 1n,
    finalizedFeatures: level === 0 ? [] : [{ name, maxVersionLevel: level, minVersionLevel: level }],
  }
}

function response(errorCode: number, apiKeys: ApiVersionsResponse['apiKeys']): ApiVersionsResponse {
  return {
    errorCode,
    apiKeys,
    throttleTimeMs: 0,
    supportedFeatures: [],
    finalizedFeaturesEpoch: -1n,
    finalizedFeatures: [],
    zkMigrationReady: false,
  }
}
