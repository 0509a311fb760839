/**
 * Logins to Amazon MSK by IAM: tokens for OAUTHBEARER, by Amazon's own signer.
 *
 * @packageDocumentation
 */
export { mskIamToken } from './mskIamToken.ts'
export type { AwsCredentials, MskIamToken, MskIamTokenOptions, MskIamTokenProvider } from './mskIamToken.ts'
