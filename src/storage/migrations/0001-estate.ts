// What is watched, and what is in it.

import type { Migration } from './migration.ts'

export const estate: Migration = {
  name: '0001-estate',
  up: `
create table accounts (
  id text primary key,
  name text not null,
  created_at timestamptz not null
);

create table sources (
  account_id text not null references accounts,
  id text not null,
  kind text not null,
  configuration jsonb not null,
  cursor jsonb,
  last_run_at timestamptz,
  last_error text,
  created_at timestamptz not null,
  primary key (account_id, id)
);

create table resources (
  account_id text not null references accounts,
  id bigint generated always as identity,
  type text not null,
  resource_id text not null,
  region text not null,
  source_id text,
  tags jsonb not null default '{}',
  details jsonb not null default '{}',
  digest text,
  coverage_status text not null check (coverage_status in ('ACTIVE', 'INACTIVE')),
  coverage_reason text not null,
  scan_mode text,
  inventory_key text,
  first_seen_at timestamptz not null,
  last_seen_at timestamptz not null,
  last_scanned_at timestamptz,
  gone_at timestamptz,
  primary key (account_id, id),
  unique (account_id, type, resource_id)
);
create index resources_coverage on resources (account_id, coverage_status, coverage_reason, id);
create index resources_scanned on resources (account_id, last_scanned_at, id);
create index resources_digest on resources (account_id, digest) where digest is not null;
create index resources_source on resources (account_id, source_id, last_seen_at) where source_id is not null;
create index resources_tags on resources using gin (tags jsonb_path_ops);

-- A package is what matching sees of it, distribution included: judged once for all resources that carry it. The identity is a
-- hash, as purls may be longer than an index entry.
create table packages (
  id bigint generated always as identity primary key,
  identity text not null unique,
  purl text not null,
  type text not null,
  name text not null,
  version text not null,
  arch text,
  source_name text,
  source_version text,
  module text,
  distribution jsonb,
  details jsonb not null default '{}'
);
create index packages_name on packages (type, name, id);
create index packages_source on packages (type, source_name, id) where source_name is not null;

create table resource_packages (
  account_id text not null,
  resource_id bigint not null,
  package_id bigint not null references packages,
  state text not null,
  owned_by text,
  found_by text not null,
  certainty text not null,
  paths jsonb not null,
  layer text,
  primary key (account_id, resource_id, package_id),
  foreign key (account_id, resource_id) references resources on delete cascade
);
create index resource_packages_package on resource_packages (package_id, account_id, resource_id);

create table scans (
  account_id text not null,
  id bigint generated always as identity,
  resource_id bigint not null,
  scan_type text not null,
  status text not null check (status in ('COMPLETE', 'PARTIAL', 'FAILED', 'UNCHANGED')),
  inventory_key text,
  packages integer not null,
  diagnostics jsonb not null default '[]',
  started_at timestamptz not null,
  finished_at timestamptz not null,
  primary key (account_id, id),
  foreign key (account_id, resource_id) references resources on delete cascade
);
create index scans_resource on scans (account_id, resource_id, id);

create table usage_daily (
  account_id text not null references accounts,
  day date not null,
  metric text not null,
  value bigint not null,
  primary key (account_id, day, metric)
);
`,
}
