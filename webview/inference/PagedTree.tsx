import { useEffect, useMemo, useState } from 'preact/hooks';
import type { CutValue } from '../../src/core/model/attributes.ts';
import { visibleLine, visibleText } from '../../src/core/text/visibleText.ts';
import type { ValueMember, ValueMembers } from '../../src/protocol/callApi.ts';
import { CopyButton } from '../details/CopyButton.tsx';
import { formatBytes } from '../text/formatCount.ts';
import { useStore } from '../state/useStore.ts';
import { CallFind } from './callFind.ts';
import { CallFindBar } from './CallFindBar.tsx';
import { useCallAccess } from './callView.ts';
import { PagedText } from './PagedText.tsx';
import { SaveButton } from './SaveButton.tsx';

/** Members drawn at a time. */
const STEP = 100;

/** The way to a match: by the start of each structure around it, the member it is in. */
type Way = ReadonlyMap<number, number>;

/** JSON of any size as a tree: the engine finds the members of what is opened. Finding opens the way to a match. */
export function PagedTree({ cut, what }: { readonly cut: CutValue; readonly what: string }) {
  const { request, ref } = useCallAccess();
  const find = useMemo(() => CallFind.inValue(request, ref, cut.ref), [request, ref, cut.ref]);
  const { found, current } = useStore(find.state);
  const [way, setWay] = useState<Way>(new Map());
  const [isText, setText] = useState(false);
  const place = found?.starts[current];
  useEffect(() => {
    if (place === undefined) {
      setWay(new Map());
      return undefined;
    }
    let isLatest = true;
    request('value/path', { traceId: ref.traceId, spanId: ref.spanId, ref: cut.ref, at: place }).then(
      ({ steps }) => {
        if (isLatest) setWay(new Map(steps.map(({ start, member }) => [start, member])));
      },
      () => undefined,
    );
    return () => {
      isLatest = false;
    };
  }, [place, request, ref, cut.ref]);
  const name = visibleLine(what) || 'value';
  if (isText) return <PagedText cut={cut} what={what} />;
  return (
    <div class="paged-tree">
      <div class="paged-head">
        <span class="dim">{formatBytes(cut.totalBytes)}</span>
        <CallFindBar find={find} label={`Find in ${name}`} />
        <CopyButton text="" what={name} cut={cut} />
        <SaveButton value={cut} what={name} />
      </div>
      <Members cut={cut} at={0} way={way} onNoJson={() => setText(true)} />
    </div>
  );
}

interface MembersProps {
  readonly cut: CutValue;
  readonly at: number;
  readonly way: Way;
  readonly onNoJson?: () => void;
}

function Members({ cut, at, way, onNoJson }: MembersProps) {
  const { request, ref } = useCallAccess();
  const [from, setFrom] = useState(0);
  const [page, setPage] = useState<ValueMembers | undefined>(undefined);
  const [problem, setProblem] = useState('');
  const wanted = at === 0 ? [...way.values()][0] : way.get(at);
  useEffect(() => {
    if (wanted !== undefined) setFrom(Math.floor(wanted / STEP) * STEP);
  }, [wanted]);
  useEffect(() => {
    let isLatest = true;
    request('value/members', { traceId: ref.traceId, spanId: ref.spanId, ref: cut.ref, at, from, count: STEP }).then(
      (members) => {
        if (isLatest) setPage(members);
      },
      (error: unknown) => {
        if (!isLatest) return;
        if (onNoJson) onNoJson();
        else setProblem(error instanceof Error ? error.message : String(error));
      },
    );
    return () => {
      isLatest = false;
    };
  }, [request, ref, cut.ref, at, from]);
  if (problem !== '') return <span class="problem">{visibleLine(problem)}</span>;
  if (!page) return <span class="dim">Reading…</span>;
  const { members, total } = page;
  const hasMore = total < 0 ? members.length === STEP : from + members.length < total;
  return (
    <div class="json-members">
      {from > 0 && (
        <button type="button" class="link-button" onClick={() => setFrom(Math.max(0, from - STEP))}>
          {`${from.toLocaleString('en-US')} before`}
        </button>
      )}
      {members.map((member, index) => (
        <Member
          key={member.start}
          cut={cut}
          member={member}
          name={member.key ?? String(from + index)}
          way={way}
          isFound={wanted === from + index}
        />
      ))}
      {hasMore && (
        <button type="button" class="link-button" onClick={() => setFrom(from + STEP)}>
          {total < 0 ? 'More' : `${(total - from - members.length).toLocaleString('en-US')} more`}
        </button>
      )}
    </div>
  );
}

interface MemberProps {
  readonly cut: CutValue;
  readonly member: ValueMember;
  readonly name: string;
  readonly way: Way;
  /** The match that is stepped to is in it. */
  readonly isFound: boolean;
}

function Member({ cut, member, name, way, isFound }: MemberProps) {
  const isStructure = member.kind === 'object' || member.kind === 'array';
  const [isOpen, setOpen] = useState(false);
  useEffect(() => {
    if (isFound && isStructure && way.has(member.start)) setOpen(true);
  }, [isFound, isStructure, way, member.start]);
  const isLeafFound = isFound && !(isStructure && way.has(member.start));
  const reveal = (element: HTMLElement | null): void => {
    if (isLeafFound) element?.scrollIntoView({ block: 'nearest' });
  };
  const size = member.cut ? ` ${formatBytes(member.length)}` : '';
  if (!isStructure) {
    return (
      <div class={`json-line json-leaf${isLeafFound ? ' is-found' : ''}`} ref={reveal}>
        <span class="json-key">{visibleLine(name)}:</span>
        <span class={`json-${member.kind}`}>{visibleText(member.text)}</span>
        {member.cut && <span class="dim">{`…${size}`}</span>}
      </div>
    );
  }
  return (
    <div class={`json-node${isLeafFound ? ' is-found' : ''}`} ref={reveal}>
      <button type="button" class="json-line json-toggle" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <span class={`codicon codicon-chevron-${isOpen ? 'down' : 'right'}`} aria-hidden="true" />
        <span class="json-key">{visibleLine(name)}:</span>
        <span class="dim">
          {isOpen ? `${member.kind}${size}` : `${visibleLine(member.text)}${member.cut ? `…${size}` : ''}`}
        </span>
      </button>
      {isOpen && <Members cut={cut} at={member.start} way={way} />}
    </div>
  );
}
