// CycloneDX XML into the shape of CycloneDX JSON. No entities but XML's own five are expanded, no DTD is read.

import { SaxesParser } from 'saxes'
import { LongwatchError } from '../../platform/index.ts'

const deepestElement = 200
const mostElements = 5_000_000

interface Element {
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
  readonly children: Element[]
  text: string
}

/** Reads the text of an XML document. Throws `SBOM_MALFORMED` with the line, or `SBOM_TOO_DEEP`. */
export function cycloneDxFromXml(text: string, place: string): unknown {
  const root = parseElements(text, place)
  const version = /\/bom\/(?<version>\d+\.\d+)$/.exec(root.attributes.get('xmlns') ?? '')?.groups?.['version']
  if (root.name !== 'bom' || version === undefined) {
    throw new LongwatchError('SBOM_MALFORMED', 'the root element is not a CycloneDX bom', { place })
  }
  const metadata = child(root, 'metadata')
  const subject = metadata === undefined ? undefined : child(metadata, 'component')
  return {
    bomFormat: 'CycloneDX',
    specVersion: version,
    metadata: {
      timestamp: metadata === undefined ? undefined : textOf(metadata, 'timestamp'),
      component: subject === undefined ? undefined : componentOf(subject),
    },
    components: childrenOf(root, 'components', 'component').map(componentOf),
  }
}

function componentOf(element: Element): unknown {
  return {
    type: element.attributes.get('type'),
    group: textOf(element, 'group'),
    name: textOf(element, 'name'),
    version: textOf(element, 'version'),
    purl: textOf(element, 'purl'),
    cpe: textOf(element, 'cpe'),
    licenses: licensesOf(element),
    properties: childrenOf(element, 'properties', 'property').map((property) => ({
      name: property.attributes.get('name') ?? '',
      value: property.text,
    })),
    components: childrenOf(element, 'components', 'component').map(componentOf),
  }
}

function licensesOf(element: Element): unknown[] {
  return (child(element, 'licenses')?.children ?? []).map((choice) =>
    choice.name === 'expression'
      ? { expression: choice.text.trim() }
      : { license: { id: textOf(choice, 'id'), name: textOf(choice, 'name') } },
  )
}

function child(element: Element, name: string): Element | undefined {
  return element.children.find((one) => one.name === name)
}

function childrenOf(element: Element, list: string, name: string): Element[] {
  return (child(element, list)?.children ?? []).filter((one) => one.name === name)
}

function textOf(element: Element, name: string): string | undefined {
  return child(element, name)?.text.trim()
}

function parseElements(text: string, place: string): Element {
  const parser = new SaxesParser({ xmlns: false, position: true })
  const top: Element = { name: '', attributes: new Map(), children: [], text: '' }
  const open: Element[] = [top]
  let elements = 0
  const refuse = (code: string, message: string): never => {
    throw new LongwatchError(code, message, { place: `${place}, line ${parser.line}` })
  }
  parser.on('doctype', () => refuse('SBOM_MALFORMED', 'the document has a DOCTYPE, which is not read'))
  parser.on('error', (error) =>
    refuse('SBOM_MALFORMED', `not well-formed XML: ${error.message.slice(0, 200)}`),
  )
  parser.on('opentag', (tag) => {
    elements += 1
    if (open.length > deepestElement || elements > mostElements) {
      refuse('SBOM_TOO_DEEP', 'the document is nested too deep or has too many elements')
    }
    const colon = tag.name.indexOf(':')
    const element: Element = {
      name: tag.name.slice(colon + 1),
      attributes: new Map(
        Object.entries(tag.attributes).map(([name, value]) => [
          name.startsWith('xmlns:') ? 'xmlns' : name,
          value,
        ]),
      ),
      children: [],
      text: '',
    }
    open.at(-1)?.children.push(element)
    open.push(element)
  })
  const addText = (more: string): void => {
    const element = open.at(-1)
    if (element !== undefined) element.text += more
  }
  parser.on('text', addText)
  parser.on('cdata', addText)
  parser.on('closetag', () => void open.pop())
  parser.write(text).close()
  return top.children[0] ?? refuse('SBOM_MALFORMED', 'the document is empty')
}
