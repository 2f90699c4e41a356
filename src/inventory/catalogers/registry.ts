// Every cataloger, one line each.

import type { Cataloger } from './cataloger.ts'

export const catalogers: readonly Cataloger[] = []
