// Why a resource is looked at or not. Reasons and codes as Amazon Inspector's CoveredResource.scanStatus has them:
// https://docs.aws.amazon.com/inspector/v2/APIReference/API_ScanStatus.html

export type CoverageStatus = 'ACTIVE' | 'INACTIVE'

const scanning = [
  'SUCCESSFUL',
  'PENDING_INITIAL_SCAN',
  'SCAN_IN_PROGRESS',
  'PENDING_REVIVAL_SCAN',
  'DEEP_INSPECTION_PACKAGE_COLLECTION_LIMIT_EXCEEDED',
  'DEEP_INSPECTION_DAILY_SSM_INVENTORY_LIMIT_EXCEEDED',
  'DEEP_INSPECTION_COLLECTION_TIME_LIMIT_EXCEEDED',
  'DEEP_INSPECTION_NO_INVENTORY',
] as const

const notScanning = [
  'PENDING_DISABLE',
  'INTERNAL_ERROR',
  'ACCESS_DENIED',
  'ACCESS_DENIED_TO_ENCRYPTION_KEY',
  'RESOURCE_TERMINATED',
  'EXCLUDED_BY_TAG',
  'UNSUPPORTED_OS',
  'UNMANAGED_EC2_INSTANCE',
  'EC2_INSTANCE_STOPPED',
  'NO_INVENTORY',
  'STALE_INVENTORY',
  'AGENTLESS_INSTANCE_STORAGE_LIMIT_EXCEEDED',
  'AGENTLESS_INSTANCE_COLLECTION_TIME_LIMIT_EXCEEDED',
  'SCAN_ELIGIBILITY_EXPIRED',
  'SCAN_FREQUENCY_MANUAL',
  'SCAN_FREQUENCY_SCAN_ON_PUSH',
  'UNSUPPORTED_MEDIA_TYPE',
  'IMAGE_ARCHIVED',
  'UNSUPPORTED_RUNTIME',
  'UNSUPPORTED_CODE_ARTIFACTS',
  'INTEGRATION_CONNECTION_LOST',
  'UNSUPPORTED_LANGUAGE',
  'NO_SCAN_CONFIGURATION_ASSOCIATED',
  'RESOURCE_UNMANAGED',
  'RESOURCE_STOPPED',
  'NO_RESOURCES_FOUND',
  'IMAGE_SIZE_EXCEEDED',
  'UNSUPPORTED_CONFIG_FILE',
] as const

export type CoverageReason = (typeof scanning)[number] | (typeof notScanning)[number]

const active: ReadonlySet<string> = new Set(scanning)

/** The status that goes with a reason. */
export function coverageStatus(reason: CoverageReason): CoverageStatus {
  return active.has(reason) ? 'ACTIVE' : 'INACTIVE'
}
