import type { Handlers } from '../protocol/channel.ts';
import type { CodeIndexMethods } from '../protocol/codeIndexApi.ts';
import type { CodeIndex } from './codeIndex.ts';
import { codePlaces } from './codePlaces.ts';

/** The methods of the protocol, each answered from this index. */
export function codeIndexHandlers(index: CodeIndex): Handlers<CodeIndexMethods> {
  return {
    'index/configure': (config) => {
      index.configure(config);
    },
    'index/stop': () => {
      index.stop();
    },
    'index/saved': () => index.saved(),
    'index/status': () => index.status(),
    'index/filesChanged': ({ changed, deleted }) => index.filesChanged(changed, deleted),
    'source/resolve': ({ hints }) => index.resolve(hints),
    'source/resolveFrame': ({ frame, sender }) => index.resolveFrame(frame, sender),
    'source/setMemory': ({ memory }) => {
      index.setMemory(memory);
    },
    'source/opened': ({ hints, ...place }) => index.opened(hints, place),
    'source/forget': ({ hints }) => index.forgetChoice(hints),
    'source/places': ({ hints }) => codePlaces(index, hints),
    'source/breakPlace': ({ path, line, cell }) => index.breakPlace(path, line, cell),
    'source/functions': ({ path, text }) => index.traceableFunctions(path, text),
    'source/lineContext': ({ path, line }) => index.lineContext(path, line),
  };
}
