import type { OutputFormat } from './format.ts'

export const json: OutputFormat = {
  name: 'json',
  summary: 'everything, by schemas/scan-report.v1.json',
  render: (report) => `${JSON.stringify(report, null, 2)}\n`,
}
