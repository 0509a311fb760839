import { library } from '../../tools/tsup.base.ts'

export default library({ entry: { index: 'src/index.ts', 'conformance/index': 'src/conformance/index.ts' } })
