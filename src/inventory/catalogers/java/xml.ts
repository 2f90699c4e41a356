// XML from strangers as a tree of elements and their text; no entities of documents, bounded depth.

import { SaxesParser } from 'saxes'
import { messageOf } from '../../../platform/index.ts'

export interface XmlElement {
  readonly name: string
  readonly children: readonly XmlElement[]
  readonly text: string
}

interface Draft {
  readonly name: string
  readonly children: XmlElement[]
  text: string
}

const maximumDepth = 200

/** The document's element, or why the text is none. Names lose their prefixes. */
export function parseXml(text: string): XmlElement | { readonly problem: string } {
  const root: Draft = { name: '', children: [], text: '' }
  const open: Draft[] = [root]
  const parser = new SaxesParser()
  parser.on('opentag', ({ name }) => {
    if (open.length > maximumDepth) throw new Error('elements are nested too deep')
    open.push({ name: name.replace(/^.*:/, ''), children: [], text: '' })
  })
  parser.on('text', (piece) => {
    const top = open.at(-1)
    if (top !== undefined) top.text += piece
  })
  parser.on('closetag', () => {
    const done = open.pop()
    if (done !== undefined) open.at(-1)?.children.push({ ...done, text: done.text.trim() })
  })
  parser.on('error', (error) => {
    throw error
  })
  try {
    parser.write(text).close()
  } catch (error) {
    return { problem: (messageOf(error).split('\n')[0] ?? '').slice(0, 200) }
  }
  return root.children[0] ?? { problem: 'it has no element' }
}

/** The first child of that name. */
export function child(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return element?.children.find((one) => one.name === name)
}

/** The text of the first child of that name, where there is some. */
export function childText(element: XmlElement | undefined, name: string): string | undefined {
  const text = child(element, name)?.text
  return text === '' ? undefined : text
}
