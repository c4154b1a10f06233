import { BatchReader } from './batchReader.ts';
import { lastField } from './fieldCursor.ts';
import { addLargeAttribute, addLargeValues } from './largeValues.ts';
import { LOG_RECORD, LOGS_REQUEST, RESOURCE_LOGS, SCOPE_LOGS } from './messageShapes.ts';
import { ROLE_EXCEPTION, ROLE_MODEL } from '../store/keyTable.ts';
import { SHARED_BYTES } from '../store/recordBlocks.ts';
import { SPAN_BIT } from '../store/storeReader.ts';

/**
 * One validating pass over an `ExportLogsServiceRequest` into the log columns of a segment. Records without a trace id
 * are accepted and counted but not kept: nothing shows them. A span id of a wrong length counts as none.
 */
export class LogReader extends BatchReader {
  constructor() {
    super({ request: LOGS_REQUEST, resourceGroup: RESOURCE_LOGS, scopeGroup: SCOPE_LOGS });
  }

  protected override record(begin: number, end: number): void {
    const bytes = this.bytes;
    const view = this.view;
    let trace = 0;
    let span = 0;
    let time = 0;
    let observed = 0;
    let bits: number = SPAN_BIT.hasLogs;
    for (let pos = begin; pos < end;) {
      const at = pos;
      pos = this.checkField(LOG_RECORD, pos, end, 0);
      switch (bytes[at]) {
        case 0x09:
          time = at + 1;
          break;
        case 0x59:
          observed = at + 1;
          break;
        case 0x4a:
          trace = pos - at === 18 ? at + 2 : 0;
          break;
        case 0x52:
          span = pos - at === 10 ? at + 2 : 0;
          break;
        case 0x2a:
          this.length(at + 1, pos);
          if (pos - at >= SHARED_BYTES) addLargeValues(bytes, this.next, pos, SHARED_BYTES, this.large);
          break;
        case 0x32:
          bits |= this.bitsOfAttribute(at + 1, pos);
          this.length(at + 1, pos);
          if (pos - at >= SHARED_BYTES) addLargeAttribute(bytes, this.next, pos, SHARED_BYTES, this.large);
          break;
        case 0x62:
          this.length(at + 1, pos);
          bits |= this.bitsOfKey(this.next, pos - this.next);
          break;
        default:
          break;
      }
    }
    this.accepted++;
    if (trace === 0) return;
    const trace0 = view.getInt32(trace);
    const trace1 = view.getInt32(trace + 4);
    const trace2 = view.getInt32(trace + 8);
    const trace3 = view.getInt32(trace + 12);
    if ((trace0 | trace1 | trace2 | trace3) === 0) return;
    const logs = this.segment!.logs;
    const index = logs.count + this.written++;
    logs.ensure(index + 1);
    logs.trace0[index] = trace0;
    logs.trace1[index] = trace1;
    logs.trace2[index] = trace2;
    logs.trace3[index] = trace3;
    logs.spanHi[index] = span === 0 ? 0 : view.getInt32(span);
    logs.spanLo[index] = span === 0 ? 0 : view.getInt32(span + 4);
    const known = time !== 0 && (view.getUint32(time) | view.getUint32(time + 4)) !== 0 ? time : observed;
    logs.timeLo[index] = known === 0 ? 0 : view.getUint32(known, true);
    logs.timeHi[index] = known === 0 ? 0 : view.getUint32(known + 4, true);
    logs.origin[index] = this.origin;
    logs.block[index] = this.block;
    logs.start[index] = begin;
    logs.end[index] = end;
    logs.bits[index] = bits;
  }

  protected override assignOrigin(from: number): void {
    const { count, origin } = this.segment!.logs;
    origin.fill(this.origin, count + from, count + this.written);
  }

  private bitsOfAttribute(at: number, end: number): number {
    this.length(at, end);
    const key = lastField(this.bytes, this.next, end, 1);
    return key === undefined ? 0 : this.bitsOfKey(key.start, key.end - key.start);
  }

  /** Event names of GenAI log records are of the same families as the keys. */
  private bitsOfKey(at: number, length: number): number {
    const role = this.segment!.keys.roleOf(this.bytes, this.view, at, length);
    return (
      ((role & ROLE_MODEL) !== 0 ? SPAN_BIT.hasModel : 0) | ((role & ROLE_EXCEPTION) !== 0 ? SPAN_BIT.hasException : 0)
    );
  }
}
