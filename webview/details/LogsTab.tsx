import { useState } from 'preact/hooks';
import { formatDuration } from '../../src/core/layout/formatDuration.ts';
import type { LogDetails } from '../../src/core/model/span.ts';
import { visibleLine } from '../../src/core/text/visibleText.ts';
import { IconButton } from '../ui/IconButton.tsx';
import { AttributeTable } from './AttributeTable.tsx';
import { CopyButton } from './CopyButton.tsx';
import { useDetailsActions } from './detailsActions.ts';
import { LongText } from './LongText.tsx';
import { severityOf } from './severity.ts';
import { ShowMore } from './ShowMore.tsx';
import { StackText } from './StackText.tsx';
import { cutOf, valueJson, valueText } from './valueText.ts';

const LINE_KEYS: ReadonlySet<string> = new Set(['code.file.path', 'code.filepath']);
const STACK_KEY = 'exception.stacktrace';

/** Log records that carry the span's ids, by time. */
export function LogsTab({ logs, total }: { readonly logs: readonly LogDetails[]; readonly total: number }) {
  if (logs.length === 0) return <p class="dim">No log record carries this span&apos;s ids.</p>;
  return (
    <div class="logs">
      {logs.map((log, index) => (
        <LogBlock key={index} log={log} index={index} />
      ))}
      <ShowMore what="logs" shown={logs.length} total={total} />
    </div>
  );
}

function LogBlock({ log, index }: { readonly log: LogDetails; readonly index: number }) {
  const actions = useDetailsActions();
  const [open, setOpen] = useState(false);
  const severity = severityOf(log.severityNumber, log.severityText);
  const hasLine = log.attributes.some((attribute) => LINE_KEYS.has(attribute.key));
  const stack = log.attributes.find((attribute) => attribute.key === STACK_KEY)?.value;
  const structured = log.body.type === 'array' || log.body.type === 'kvlist';
  return (
    <section class="log">
      <div class="log-line">
        <IconButton
          icon={open ? 'chevron-down' : 'chevron-right'}
          label={open ? 'Hide attributes' : 'Show attributes'}
          onClick={() => setOpen(!open)}
        />
        <span class="offset">{formatDuration(log.offsetNs)}</span>
        <span class={`severity severity-${severity.level}`}>{visibleLine(severity.text)}</span>
        <div class="log-body">
          {log.eventName !== '' && <span class="dim">{visibleLine(log.eventName)} </span>}
          <LongText
            text={valueText(log.body)}
            cut={cutOf(log.body)}
            {...(structured ? { json: valueJson(log.body) } : {})}
            {...(log.body.type === 'string' ? { what: 'log body' } : {})}
          />
        </div>
        {hasLine && (
          <IconButton
            icon="go-to-file"
            label="Go to the line that logged this"
            onClick={() => actions.openLog(index)}
          />
        )}
        <CopyButton text={valueText(log.body)} what="log body" cut={cutOf(log.body)} />
      </div>
      {stack?.type === 'string' && stack.value !== '' && (
        <StackText text={stack.value} cut={stack.cut} stack={{ in: 'log', index }} />
      )}
      {open && (
        <div class="log-more">
          <p class="dim">
            {visibleLine(log.resource.serviceName)}
            {log.scopeName === '' ? '' : ` · ${visibleLine(log.scopeName)}`}
          </p>
          <AttributeTable
            attributes={log.attributes.filter((attribute) => attribute.key !== STACK_KEY)}
            droppedCount={log.droppedAttributesCount}
            empty="The record has no attributes."
          />
        </div>
      )}
    </section>
  );
}
