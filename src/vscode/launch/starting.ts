// The entry of dist/starting.cjs: what only commands need, those that start or prepare a program above all, and what is looked
// for once the window is up. It must not throw or tell errors by their class: the classes of dist/extension.cjs are others.
export { showTracedFunctions } from '../tracedFunctions/functionPick.ts';
export { FunctionCommands } from '../tracedFunctions/functionCommands.ts';
export { SpanBreakpoints } from '../spanBreakpoints.ts';
export { connectCompose } from './connectCompose.ts';
export { ContentRecording } from './contentRecording.ts';
export { addToEnvFile } from './envFile.ts';
export { FileProposals } from './fileProposal.ts';
export { RunWithTracing } from './runWithTracing.ts';
export { ServiceItem } from './serviceItem.ts';
