// `pnpm picture`: draws the trace in docs/guides/opentelemetry.md anew, from the spans that a collector was sent.
import { writeFileSync } from 'node:fs'
import { tellStory } from './story.ts'
import { traceSvg } from './traceSvg.ts'

const { spans } = await tellStory(['lamp', 'chair', 'desk'])
writeFileSync(new URL('../../../docs/guides/opentelemetry-trace.svg', import.meta.url), traceSvg(spans))
