// The rows as Kysely sees them; schema.sql is what the database says of itself.

import type { ColumnType, Generated, JSONColumnType } from 'kysely'

/** jsonb: read as a value, written as text. */
type Json<T> = ColumnType<T, string, string>
type JsonOr<T> = ColumnType<T, string | undefined, string>
type Nullable<T> = ColumnType<T | null, T | null | undefined, T | null>
type NullableJson<T> = ColumnType<T | null, string | null | undefined, string | null>
type Texts = Readonly<Record<string, string>>
type Facts = Readonly<Record<string, unknown>>

export interface Tables {
  accounts: { id: string; name: string; created_at: Date }
  sources: {
    account_id: string
    id: string
    kind: string
    configuration: Json<Facts>
    cursor: NullableJson<unknown>
    last_run_at: Nullable<Date>
    last_error: Nullable<string>
    created_at: Date
  }
  resources: {
    account_id: string
    id: Generated<number>
    type: string
    resource_id: string
    region: string
    source_id: Nullable<string>
    tags: JsonOr<Texts>
    details: JsonOr<Facts>
    digest: Nullable<string>
    coverage_status: 'ACTIVE' | 'INACTIVE'
    coverage_reason: string
    scan_mode: Nullable<string>
    inventory_key: Nullable<string>
    first_seen_at: Date
    last_seen_at: Date
    last_scanned_at: Nullable<Date>
    gone_at: Nullable<Date>
  }
  packages: {
    id: Generated<number>
    identity: string
    purl: string
    type: string
    name: string
    version: string
    arch: Nullable<string>
    source_name: Nullable<string>
    source_version: Nullable<string>
    module: Nullable<string>
    distribution: NullableJson<Facts>
    details: JsonOr<Facts>
  }
  resource_packages: {
    account_id: string
    resource_id: number
    package_id: number
    state: string
    owned_by: Nullable<string>
    found_by: string
    certainty: string
    paths: JSONColumnType<readonly string[]>
    layer: Nullable<string>
  }
  scans: {
    account_id: string
    id: Generated<number>
    resource_id: number
    scan_type: string
    status: 'COMPLETE' | 'PARTIAL' | 'FAILED' | 'UNCHANGED'
    inventory_key: Nullable<string>
    packages: number
    diagnostics: JsonOr<readonly Facts[]>
    started_at: Date
    finished_at: Date
  }
  usage_daily: { account_id: string; day: string; metric: string; value: number }
  feed_generations: { id: string; feeds: Json<Facts>; published_at: Date; processed_at: Nullable<Date> }
  vulnerabilities: {
    id: string
    aliases: JsonOr<readonly string[]>
    title: Nullable<string>
    description: Nullable<string>
    severity: string
    score: Nullable<number>
    cvss: JsonOr<readonly unknown[]>
    epss_score: Nullable<number>
    epss_percentile: Nullable<number>
    epss_date: Nullable<string>
    kev: NullableJson<Facts>
    exploits: JsonOr<readonly unknown[]>
    details: JsonOr<Facts>
    published_at: Nullable<Date>
    modified_at: Nullable<Date>
    withdrawn: Generated<boolean>
  }
  package_matches: {
    package_id: number
    vulnerability_id: string
    status: string
    confidence: string
    fixed_version: Nullable<string>
    evidence: Json<readonly unknown[]>
  }
  filters: {
    account_id: string
    id: string
    name: string
    action: 'NONE' | 'SUPPRESS'
    criteria: Json<Facts>
    description: Nullable<string>
    reason: Nullable<string>
    owner: Nullable<string>
    ticket: Nullable<string>
    review_at: Nullable<Date>
    expires_at: Nullable<Date>
    created_at: Date
    updated_at: Date
  }
  findings: {
    account_id: string
    id: string
    resource_id: number
    type: string
    vulnerability_id: string
    status: 'ACTIVE' | 'SUPPRESSED' | 'CLOSED'
    close_reason: Nullable<'FIXED' | 'RESOURCE_GONE' | 'RETRACTED' | 'SUPERSEDED'>
    suppressed_by: Nullable<string>
    title: string
    severity: string
    severity_rank: number
    score: Nullable<number>
    fix_available: string
    exploit_available: string
    packages: Json<readonly unknown[]>
    details: JsonOr<Facts>
    material_hash: string
    first_observed_at: Date
    clock_started_at: Date
    last_observed_at: Date
    updated_at: Date
    closed_at: Nullable<Date>
  }
  finding_history: {
    account_id: string
    finding_id: string
    id: Generated<number>
    at: Date
    from_status: Nullable<string>
    to_status: string
    reason: Nullable<string>
    changes: JsonOr<Facts>
  }
  outbox: {
    account_id: string
    id: Generated<number>
    at: Date
    kind: string
    subject: string
    payload: Json<Facts>
  }
}
