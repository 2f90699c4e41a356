// Exploit modules of the Metasploit Framework. https://www.metasploit.com/

import { readFile } from 'node:fs/promises'
import type { Feed } from '../feed.ts'
import { updateFilePart } from '../file-part.ts'
import { parseMetasploit } from './parse.ts'

export const metasploitFeed: Feed = {
  name: 'metasploit',
  title: 'Metasploit Framework modules',
  upstream: 'https://raw.githubusercontent.com/',
  provides: 'signals',
  licence: 'BSD-3-Clause',
  async *update(_scope, context) {
    yield await updateFilePart(context, {
      part: 'metasploit',
      url: 'https://raw.githubusercontent.com/rapid7/metasploit-framework/master/db/modules_metadata_base.json',
      maximumBytes: 256 * 1024 ** 2,
      async *read(file, tally) {
        yield* parseMetasploit(await readFile(file, 'utf8'), tally)
      },
    })
  },
}
