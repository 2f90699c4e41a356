import { describe, expect, it } from 'vitest'
import { signalsIn, testTally } from '../testing.ts'
import { parseMetasploit } from './parse.ts'

/** A module of the index of 2023-10-26, shortened. */
const twoWire = {
  name: '2Wire Cross-Site Request Forgery Password Reset Vulnerability',
  fullname: 'auxiliary/admin/2wire/xslt_password_reset',
  disclosure_date: '2007-08-15',
  references: ['CVE-2007-4387', 'OSVDB-37667', 'URL-https://seclists.org/bugtraq/2007/Aug/225'],
  mod_time: '2020-10-02 20:00:37 +0000',
  path: '/modules/auxiliary/admin/2wire/xslt_password_reset.rb',
}

describe('Metasploit’s index', () => {
  it('gives the modules of each CVE', () => {
    const tally = testTally()
    const index = {
      a: twoWire,
      b: { fullname: 'exploit/b', references: ['CVE-2007-4387'] },
      c: { fullname: 'c' },
    }
    expect(signalsIn(parseMetasploit(JSON.stringify(index), tally)).get('CVE-2007-4387')).toEqual({
      metasploit: [
        {
          id: 'auxiliary/admin/2wire/xslt_password_reset',
          title: '2Wire Cross-Site Request Forgery Password Reset Vulnerability',
          url: 'https://github.com/rapid7/metasploit-framework/blob/master/modules/auxiliary/admin/2wire/xslt_password_reset.rb',
          published: '2007-08-15',
        },
        { id: 'exploit/b' },
      ],
    })
    expect(tally.dates).toContain('2020-10-02 20:00:37+0000')
  })

  it('loses one module to a bad one', () => {
    const tally = testTally()
    const index = { a: twoWire, b: { fullname: 7 }, c: null }
    expect(signalsIn(parseMetasploit(JSON.stringify(index), tally)).size).toBe(1)
    expect(tally.refused).toHaveLength(2)
  })

  it.each(['', '[]', '"x"', '{"a":'])('throws for %j', (text) => {
    expect(() => [...parseMetasploit(text, testTally())]).toThrow()
  })
})
