import stringWidth from 'string-width'
import { describe, expect, test } from 'vitest'
import { cut, table } from './table.ts'

describe('table', () => {
  test('aligns columns and leaves no trailing space', () => {
    expect(
      table(
        [{ title: 'a' }, { title: 'count', align: 'right' }, { title: 'c' }],
        [
          ['x', '1', 'end'],
          ['long', '22', ''],
        ],
        80,
      ),
    ).toEqual(['a     count  c', 'x         1  end', 'long     22'])
  })

  test('shrinks the widest column that may, down to its minimum', () => {
    const lines = table(
      [{ title: 'name' }, { title: 'path', minimum: 6, cut: 'middle' }],
      [['abc', 'usr/lib/a/b/c/d/e']],
      18,
    )
    expect(stringWidth(lines[1]!)).toBeLessThanOrEqual(18)
    expect(lines[1]).toContain('…')
  })

  test('shows control characters instead of obeying them', () => {
    expect(table([{ title: 'a' }], [['\u001b[31mred\u202e']], 80)[1]).toBe('\\x1b[31mred\\u202e')
  })

  test.each([
    ['abcdef', 4, 'end', 'abc…'],
    ['abcdef', 5, 'middle', 'ab…ef'],
    ['日本語', 4, 'end', '日…'],
    ['abc', 3, 'end', 'abc'],
    ['abc', 1, 'end', '…'],
  ] as const)('cuts %s to %i at the %s', (text, width, where, expected) => {
    expect(cut(text, width, where)).toBe(expected)
  })
})
