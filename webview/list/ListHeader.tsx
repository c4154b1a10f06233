import { ATTRIBUTE_GROUP, LIST_SORTS, type ListGroup, type ListSort } from '../../src/core/list/listQuery.ts';
import { visibleLine } from '../../src/core/text/visibleText.ts';
import { useStore } from '../state/useStore.ts';
import { IconButton } from '../ui/IconButton.tsx';
import { Menu, type MenuItem } from '../ui/Menu.tsx';
import { columnOf, COLUMNS, sortedBy, sortTitle, type ListSettings } from './listSettings.ts';
import type { TraceListModel } from './traceListModel.ts';

export interface ListHeaderProps {
  readonly model: TraceListModel;
  readonly paused: boolean;
  readonly utc: boolean;
  readonly onUtc: (utc: boolean) => void;
  readonly onResume: () => void;
  readonly onWhy: () => void;
  readonly onDistribution: () => void;
  readonly onTop: () => void;
}

/** The line above the list: how many there are, what is new, and how it is shown. */
export function ListHeader({ model, paused, utc, onUtc, onResume, onWhy, onDistribution, onTop }: ListHeaderProps) {
  const { figures, total, waiting, noise, others } = useStore(model.page);
  const unseen = useStore(model.unseen);
  const brush = useStore(model.brush);
  const filter = useStore(model.filter);
  const listed = figures.count;
  const all = total - noise - others;
  return (
    <div class="list-head">
      <span class="list-title">Traces</span>
      <span
        class="dim list-total"
        title={
          brush ? `${listed.toLocaleString('en-US')} of ${all.toLocaleString('en-US')} are in what is brushed` : ''
        }
      >
        {listed === all
          ? all.toLocaleString('en-US')
          : `${listed.toLocaleString('en-US')} of ${all.toLocaleString('en-US')}`}
      </span>
      {paused ? (
        <button type="button" class="pill" onClick={onResume} title="Show what arrived and go on">
          {waiting > 0 ? `${waiting.toLocaleString('en-US')} new · resume` : 'Paused · resume'}
        </button>
      ) : (
        unseen > 0 && (
          <button type="button" class="pill" onClick={onTop} title="Go to the top of the list">
            {unseen.toLocaleString('en-US')} new
          </button>
        )
      )}
      <span class="grow" />
      {(brush ?? filter !== '') && (
        <button type="button" class="pill" onClick={onWhy} title="Compare these traces with the others">
          Why these?
        </button>
      )}
      <IconButton icon="graph" label="Distribution of the listed calls" onClick={onDistribution} />
      <Menu icon="settings" label="Order, groups and columns" items={() => itemsOf(model, utc, onUtc)} />
    </div>
  );
}

const GROUPS: readonly { readonly group: ListGroup; readonly label: string }[] = [
  { group: '', label: 'No groups' },
  { group: 'name', label: 'Group by name' },
  { group: 'service', label: 'Group by service' },
  { group: 'run', label: 'Group by run' },
  { group: 'process', label: 'Group by process' },
  { group: 'test', label: 'Group by test' },
];

function itemsOf(model: TraceListModel, utc: boolean, onUtc: (utc: boolean) => void): readonly MenuItem[] {
  const settings = model.settings.value;
  const { sort, descending, group, columns, relative } = settings;
  const own = group.startsWith(ATTRIBUTE_GROUP) ? group.slice(ATTRIBUTE_GROUP.length) : '';
  const setGroup = (to: ListGroup): void => model.change({ group: to });
  return [
    { kind: 'title', label: 'Sort by' },
    ...sortsOf(settings).map((each): MenuItem => ({
      kind: 'radio',
      label: visibleLine(sortTitle(each)),
      checked: sort === each,
      run: () => model.change(sortedBy(settings, each)),
    })),
    {
      kind: 'text',
      label: 'Sort by an attribute of the root or its resource',
      placeholder: 'Sort by attribute…',
      run: (key) => model.change(sortedBy(settings, `${ATTRIBUTE_GROUP}${key}`)),
    },
    {
      kind: 'check',
      label: 'Largest or newest first',
      checked: descending,
      run: () => model.change({ descending: !model.settings.value.descending }),
    },
    { kind: 'title', label: 'Groups' },
    ...GROUPS.map((each): MenuItem => ({
      kind: 'radio',
      label: each.label,
      checked: group === each.group,
      run: () => setGroup(each.group),
    })),
    ...(own === ''
      ? []
      : [{ kind: 'radio', label: `Group by ${visibleLine(own)}`, checked: true, run: () => undefined } as const]),
    {
      kind: 'text',
      label: 'Group by an attribute of the root or its resource',
      placeholder: 'Group by attribute…',
      run: (key) => setGroup(`${ATTRIBUTE_GROUP}${key}`),
    },
    { kind: 'title', label: 'Columns of a wide list' },
    ...[...COLUMNS.map(({ key }) => key), ...columns.filter((key) => !COLUMNS.some((known) => known.key === key))]
      .filter((key) => key !== 'name')
      .map((key): MenuItem => ({
        kind: 'check',
        label: visibleLine(columnOf(key).title),
        checked: columns.includes(key),
        run: () => model.change({ columns: toggled(model.settings.value.columns, key) }),
      })),
    {
      kind: 'text',
      label: 'Column for an attribute of the root or its resource',
      placeholder: 'Add attribute…',
      run: (key) => {
        if (!columns.includes(key)) model.change({ columns: [...columns, key] });
      },
    },
    { kind: 'title', label: 'Times' },
    { kind: 'radio', label: 'By the clock', checked: !relative, run: () => model.change({ relative: false }) },
    { kind: 'radio', label: 'As “3 s ago”', checked: relative, run: () => model.change({ relative: true }) },
    { kind: 'check', label: 'UTC', checked: utc, run: () => onUtc(!utc) },
  ];
}

/** What can be sorted by: known columns, attributes that have a column, and what it is sorted by now. */
function sortsOf({ columns, sort }: ListSettings): readonly ListSort[] {
  return [...new Set([...LIST_SORTS, ...columns.map((key) => columnOf(key).sort), sort])];
}

/** Known columns keep their places; what is added comes where it stands among them, attributes last. */
function toggled(columns: readonly string[], key: string): readonly string[] {
  if (columns.includes(key)) return columns.filter((each) => each !== key);
  const order = COLUMNS.map((column): string => column.key);
  const placeOf = (each: string): number => (order.includes(each) ? order.indexOf(each) : order.length);
  return [...columns, key].sort((a, b) => placeOf(a) - placeOf(b));
}
