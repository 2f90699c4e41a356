-- What the migrations make, in the database's words. Made by the tests (vitest -u); not for editing.

create table accounts (
  id text not null,
  name text not null,
  created_at timestamp with time zone not null,
  constraint accounts_pkey PRIMARY KEY (id)
);

create table feed_generations (
  id text not null,
  feeds jsonb not null,
  published_at timestamp with time zone not null,
  processed_at timestamp with time zone,
  constraint feed_generations_pkey PRIMARY KEY (id)
);
CREATE INDEX feed_generations_processed ON feed_generations USING btree (processed_at) WHERE (processed_at IS NOT NULL);

create table filters (
  account_id text not null,
  id text not null,
  name text not null,
  action text not null,
  criteria jsonb not null,
  description text,
  reason text,
  owner text,
  ticket text,
  review_at timestamp with time zone,
  expires_at timestamp with time zone,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  constraint filters_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id),
  constraint filters_account_id_name_key UNIQUE (account_id, name),
  constraint filters_action_check CHECK ((action = ANY (ARRAY['NONE'::text, 'SUPPRESS'::text]))),
  constraint filters_pkey PRIMARY KEY (account_id, id)
);

create table finding_history (
  account_id text not null,
  finding_id text not null,
  id bigint not null generated always as identity,
  at timestamp with time zone not null,
  from_status text,
  to_status text not null,
  reason text,
  changes jsonb not null default '{}'::jsonb,
  constraint finding_history_account_id_finding_id_fkey FOREIGN KEY (account_id, finding_id) REFERENCES findings(account_id, id) ON DELETE CASCADE,
  constraint finding_history_pkey PRIMARY KEY (account_id, finding_id, id)
);

create table findings (
  account_id text not null,
  id text not null,
  resource_id bigint not null,
  type text not null,
  vulnerability_id text not null,
  status text not null,
  close_reason text,
  suppressed_by text,
  title text not null,
  severity text not null,
  severity_rank smallint not null,
  score double precision,
  fix_available text not null,
  exploit_available text not null,
  packages jsonb not null,
  details jsonb not null default '{}'::jsonb,
  material_hash text not null,
  first_observed_at timestamp with time zone not null,
  clock_started_at timestamp with time zone not null,
  last_observed_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  closed_at timestamp with time zone,
  constraint findings_account_id_resource_id_fkey FOREIGN KEY (account_id, resource_id) REFERENCES resources(account_id, id),
  constraint findings_account_id_resource_id_type_vulnerability_id_key UNIQUE (account_id, resource_id, type, vulnerability_id),
  constraint findings_check CHECK (((status = 'CLOSED'::text) = (closed_at IS NOT NULL))),
  constraint findings_check1 CHECK (((status = 'CLOSED'::text) = (close_reason IS NOT NULL))),
  constraint findings_close_reason_check CHECK ((close_reason = ANY (ARRAY['FIXED'::text, 'RESOURCE_GONE'::text, 'RETRACTED'::text, 'SUPERSEDED'::text]))),
  constraint findings_pkey PRIMARY KEY (account_id, id),
  constraint findings_status_check CHECK ((status = ANY (ARRAY['ACTIVE'::text, 'SUPPRESSED'::text, 'CLOSED'::text])))
);
CREATE INDEX findings_first ON findings USING btree (account_id, first_observed_at, id);
CREATE INDEX findings_last ON findings USING btree (account_id, last_observed_at, id);
CREATE INDEX findings_score ON findings USING btree (account_id, status, score DESC NULLS LAST, id);
CREATE INDEX findings_severity ON findings USING btree (account_id, status, severity_rank DESC, id);
CREATE INDEX findings_updated ON findings USING btree (account_id, updated_at, id);
CREATE INDEX findings_vulnerability ON findings USING btree (account_id, vulnerability_id, id);

create table outbox (
  account_id text not null,
  id bigint not null generated always as identity,
  at timestamp with time zone not null,
  kind text not null,
  subject text not null,
  payload jsonb not null,
  constraint outbox_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id),
  constraint outbox_pkey PRIMARY KEY (account_id, id)
);

create table package_matches (
  package_id bigint not null,
  vulnerability_id text not null,
  status text not null,
  confidence text not null,
  fixed_version text,
  evidence jsonb not null,
  constraint package_matches_package_id_fkey FOREIGN KEY (package_id) REFERENCES packages(id) ON DELETE CASCADE,
  constraint package_matches_pkey PRIMARY KEY (package_id, vulnerability_id),
  constraint package_matches_vulnerability_id_fkey FOREIGN KEY (vulnerability_id) REFERENCES vulnerabilities(id)
);
CREATE INDEX package_matches_vulnerability ON package_matches USING btree (vulnerability_id, package_id);

create table packages (
  id bigint not null generated always as identity,
  identity text not null,
  purl text not null,
  type text not null,
  name text not null,
  version text not null,
  arch text,
  source_name text,
  source_version text,
  module text,
  distribution jsonb,
  details jsonb not null default '{}'::jsonb,
  constraint packages_identity_key UNIQUE (identity),
  constraint packages_pkey PRIMARY KEY (id)
);
CREATE INDEX packages_name ON packages USING btree (type, name, id);
CREATE INDEX packages_source ON packages USING btree (type, source_name, id) WHERE (source_name IS NOT NULL);

create table resource_packages (
  account_id text not null,
  resource_id bigint not null,
  package_id bigint not null,
  state text not null,
  owned_by text,
  found_by text not null,
  certainty text not null,
  paths jsonb not null,
  layer text,
  constraint resource_packages_account_id_resource_id_fkey FOREIGN KEY (account_id, resource_id) REFERENCES resources(account_id, id) ON DELETE CASCADE,
  constraint resource_packages_package_id_fkey FOREIGN KEY (package_id) REFERENCES packages(id),
  constraint resource_packages_pkey PRIMARY KEY (account_id, resource_id, package_id)
);
CREATE INDEX resource_packages_package ON resource_packages USING btree (package_id, account_id, resource_id);

create table resources (
  account_id text not null,
  id bigint not null generated always as identity,
  type text not null,
  resource_id text not null,
  region text not null,
  source_id text,
  tags jsonb not null default '{}'::jsonb,
  details jsonb not null default '{}'::jsonb,
  digest text,
  coverage_status text not null,
  coverage_reason text not null,
  scan_mode text,
  inventory_key text,
  first_seen_at timestamp with time zone not null,
  last_seen_at timestamp with time zone not null,
  last_scanned_at timestamp with time zone,
  gone_at timestamp with time zone,
  constraint resources_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id),
  constraint resources_account_id_type_resource_id_key UNIQUE (account_id, type, resource_id),
  constraint resources_coverage_status_check CHECK ((coverage_status = ANY (ARRAY['ACTIVE'::text, 'INACTIVE'::text]))),
  constraint resources_pkey PRIMARY KEY (account_id, id)
);
CREATE INDEX resources_coverage ON resources USING btree (account_id, coverage_status, coverage_reason, id);
CREATE INDEX resources_digest ON resources USING btree (account_id, digest) WHERE (digest IS NOT NULL);
CREATE INDEX resources_scanned ON resources USING btree (account_id, last_scanned_at, id);
CREATE INDEX resources_source ON resources USING btree (account_id, source_id, last_seen_at) WHERE (source_id IS NOT NULL);
CREATE INDEX resources_tags ON resources USING gin (tags jsonb_path_ops);

create table scans (
  account_id text not null,
  id bigint not null generated always as identity,
  resource_id bigint not null,
  scan_type text not null,
  status text not null,
  inventory_key text,
  packages integer not null,
  diagnostics jsonb not null default '[]'::jsonb,
  started_at timestamp with time zone not null,
  finished_at timestamp with time zone not null,
  constraint scans_account_id_resource_id_fkey FOREIGN KEY (account_id, resource_id) REFERENCES resources(account_id, id) ON DELETE CASCADE,
  constraint scans_pkey PRIMARY KEY (account_id, id),
  constraint scans_status_check CHECK ((status = ANY (ARRAY['COMPLETE'::text, 'PARTIAL'::text, 'FAILED'::text, 'UNCHANGED'::text])))
);
CREATE INDEX scans_resource ON scans USING btree (account_id, resource_id, id);

create table schema_migrations (
  name text not null,
  applied_at timestamp with time zone not null default now(),
  constraint schema_migrations_pkey PRIMARY KEY (name)
);

create table sources (
  account_id text not null,
  id text not null,
  kind text not null,
  configuration jsonb not null,
  cursor jsonb,
  last_run_at timestamp with time zone,
  last_error text,
  created_at timestamp with time zone not null,
  constraint sources_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id),
  constraint sources_pkey PRIMARY KEY (account_id, id)
);

create table usage_daily (
  account_id text not null,
  day date not null,
  metric text not null,
  value bigint not null,
  constraint usage_daily_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id),
  constraint usage_daily_pkey PRIMARY KEY (account_id, day, metric)
);

create table vulnerabilities (
  id text not null,
  aliases jsonb not null default '[]'::jsonb,
  title text,
  description text,
  severity text not null,
  score double precision,
  cvss jsonb not null default '[]'::jsonb,
  epss_score double precision,
  epss_percentile double precision,
  epss_date date,
  kev jsonb,
  exploits jsonb not null default '[]'::jsonb,
  details jsonb not null default '{}'::jsonb,
  published_at timestamp with time zone,
  modified_at timestamp with time zone,
  withdrawn boolean not null default false,
  constraint vulnerabilities_pkey PRIMARY KEY (id)
);
