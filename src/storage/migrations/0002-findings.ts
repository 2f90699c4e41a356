// What is wrong with it, since when, and who was told.

import type { Migration } from './migration.ts'

export const findings: Migration = {
  name: '0002-findings',
  up: `
create table feed_generations (
  id text primary key,
  feeds jsonb not null,
  published_at timestamptz not null,
  processed_at timestamptz
);
create index feed_generations_processed on feed_generations (processed_at) where processed_at is not null;

-- Only those that some package matched. EPSS, KEV and exploits are read from here with the finding, not copied into it.
create table vulnerabilities (
  id text primary key,
  aliases jsonb not null default '[]',
  title text,
  description text,
  severity text not null,
  score double precision,
  cvss jsonb not null default '[]',
  epss_score double precision,
  epss_percentile double precision,
  epss_date date,
  kev jsonb,
  exploits jsonb not null default '[]',
  details jsonb not null default '{}',
  published_at timestamptz,
  modified_at timestamptz,
  withdrawn boolean not null default false
);

create table package_matches (
  package_id bigint not null references packages on delete cascade,
  vulnerability_id text not null references vulnerabilities,
  status text not null,
  confidence text not null,
  fixed_version text,
  evidence jsonb not null,
  primary key (package_id, vulnerability_id)
);
create index package_matches_vulnerability on package_matches (vulnerability_id, package_id);

create table filters (
  account_id text not null references accounts,
  id text not null,
  name text not null,
  action text not null check (action in ('NONE', 'SUPPRESS')),
  criteria jsonb not null,
  description text,
  reason text,
  owner text,
  ticket text,
  review_at timestamptz,
  expires_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (account_id, id),
  unique (account_id, name)
);

-- The identity is (account, resource, type, vulnerability); id is its hash and ends the ARN. Closed findings stay.
create table findings (
  account_id text not null,
  id text not null,
  resource_id bigint not null,
  type text not null,
  vulnerability_id text not null,
  status text not null check (status in ('ACTIVE', 'SUPPRESSED', 'CLOSED')),
  close_reason text check (close_reason in ('FIXED', 'RESOURCE_GONE', 'RETRACTED', 'SUPERSEDED')),
  suppressed_by text,
  title text not null,
  severity text not null,
  severity_rank smallint not null,
  score double precision,
  fix_available text not null,
  exploit_available text not null,
  packages jsonb not null,
  details jsonb not null default '{}',
  material_hash text not null,
  first_observed_at timestamptz not null,
  clock_started_at timestamptz not null,
  last_observed_at timestamptz not null,
  updated_at timestamptz not null,
  closed_at timestamptz,
  primary key (account_id, id),
  unique (account_id, resource_id, type, vulnerability_id),
  foreign key (account_id, resource_id) references resources,
  check ((status = 'CLOSED') = (closed_at is not null)),
  check ((status = 'CLOSED') = (close_reason is not null))
);
create index findings_severity on findings (account_id, status, severity_rank desc, id);
create index findings_score on findings (account_id, status, score desc nulls last, id);
create index findings_first on findings (account_id, first_observed_at, id);
create index findings_last on findings (account_id, last_observed_at, id);
create index findings_updated on findings (account_id, updated_at, id);
create index findings_vulnerability on findings (account_id, vulnerability_id, id);

create table finding_history (
  account_id text not null,
  finding_id text not null,
  id bigint generated always as identity,
  at timestamptz not null,
  from_status text,
  to_status text not null,
  reason text,
  changes jsonb not null default '{}',
  primary key (account_id, finding_id, id),
  foreign key (account_id, finding_id) references findings on delete cascade
);

create table outbox (
  account_id text not null references accounts,
  id bigint generated always as identity,
  at timestamptz not null,
  kind text not null,
  subject text not null,
  payload jsonb not null,
  primary key (account_id, id)
);
`,
}
