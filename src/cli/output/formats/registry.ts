// Every output format, one line each.

import { cyclonedx } from './cyclonedx.ts'
import type { OutputFormat } from './format.ts'
import { gitlab } from './gitlab.ts'
import { html } from './html.ts'
import { json } from './json.ts'
import { junit } from './junit.ts'
import { markdown } from './markdown.ts'
import { openvex } from './openvex.ts'
import { sarif } from './sarif.ts'
import { spdx } from './spdx.ts'
import { table } from './table.ts'

export const outputFormats: readonly OutputFormat[] = [
  table,
  json,
  html,
  markdown,
  sarif,
  cyclonedx,
  spdx,
  openvex,
  junit,
  gitlab,
]
