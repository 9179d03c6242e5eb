// The SDK's part that is used, in one module: whoever imports it on first use gets one lazy chunk.
export { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail'
