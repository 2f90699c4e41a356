// The schema in the database's own words, the same on every PostgreSQL: what schema.sql is compared with.

import type { Storage } from './storage.ts'

/** Every table with its columns, constraints and indices, sorted. */
export async function describeSchema(storage: Pick<Storage, 'query'>): Promise<string> {
  const { rows } = await storage.query(`
    select c.relname as name,
      (select string_agg(format('  %I %s%s%s', a.attname, format_type(a.atttypid, a.atttypmod),
          case when a.attnotnull then ' not null' else '' end,
          case when a.attidentity <> '' then ' generated always as identity'
               when d.oid is not null then ' default ' || pg_get_expr(d.adbin, d.adrelid) else '' end), E',\n' order by a.attnum)
        from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns,
      (select string_agg('  constraint ' || k.conname || ' ' || pg_get_constraintdef(k.oid), E',\n' order by k.conname collate "C")
        from pg_constraint k where k.conrelid = c.oid and k.contype <> 'n') as constraints,
      (select string_agg(replace(pg_get_indexdef(i.indexrelid), 'public.', '') || ';', E'\n' order by x.relname collate "C")
        from pg_index i join pg_class x on x.oid = i.indexrelid
        where i.indrelid = c.oid and not exists (select from pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u'))) as indices
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relkind = 'r' order by c.relname collate "C"`)
  const tables = rows.map((row) => {
    const parts = [row['columns'], row['constraints']].filter((part) => typeof part === 'string')
    const indices = typeof row['indices'] === 'string' ? `${row['indices']}\n` : ''
    return `create table ${String(row['name'])} (\n${parts.join(',\n')}\n);\n${indices}`
  })
  return `-- What the migrations make, in the database's words. Made by the tests (vitest -u); not for editing.\n\n${tables.join('\n')}`
}
