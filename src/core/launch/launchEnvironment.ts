import { withResourceAttributes } from './resourceAttributes.ts';
import { TRACE_FUNCTIONS, tracedFunctionsValue } from './tracedFunctions.ts';

/** Resource attributes that name the launch; read by the list of traces. */
export const RUN_ID_KEY = 'spanline.run.id';
export const RUN_NAME_KEY = 'spanline.run.name';

/** Milliseconds that SDKs of a launched program wait before they export; their own default is 5000. */
const EXPORT_DELAY_MS = 200;
/** Small batches arrive sooner, and less is lost with a killed process. */
const EXPORT_BATCH = 64;
/** SDKs cut the 129th attribute by default; feature vectors have more. */
const ATTRIBUTE_LIMIT = 4096;

/** An environment; names are told apart by case except on Windows. */
export type Environment = Readonly<Record<string, string | undefined>>;

export interface LaunchRequest {
  /** Of the launched program's machine: names without case and `;` between paths on Windows. */
  readonly platform: 'posix' | 'windows';
  /** What the program would get without us. */
  readonly environment: Environment;
  /** Where Spanline receives OTLP over HTTP, e.g. `http://127.0.0.1:4318`; the same port takes gRPC. */
  readonly endpoint: string;
  /** `A-Za-z0-9._-` only; empty where many starts share the environment: they are told apart by their processes. */
  readonly runId: string;
  /** What the run is called in lists; empty for none. */
  readonly runName: string;
  /** Absolute folder for PYTHONPATH, undefined to inject nothing into Python. */
  readonly pythonFolder: string | undefined;
  /** Absolute file that Node loads first, undefined to inject nothing into Node. */
  readonly nodeFile: string | undefined;
  /** Functions to record the calls of, `/absolute/path.py#Ranker.predict`; passed on only to what loads `instrument/`. */
  readonly traceFunctions?: readonly string[];
  /** Variables that the user asked for besides; an existing value wins. */
  readonly more?: Readonly<Record<string, string>>;
  /** Variables that make libraries record content: set only where spans come here; an existing value wins, always. */
  readonly content?: Readonly<Record<string, string>>;
  /** True: our values replace the OTEL_* settings that are there (the user asked for it). */
  readonly replace?: boolean;
}

/**
 * What there is to say: `kept` an existing value won; `chained` ours was added to it; `replaced` ours won, as asked;
 * `elsewhere` spans go to `value` and not to Spanline; `silenced` the SDK sends no spans because of it; `withheld` ours was
 * not set, as content would go elsewhere.
 */
export interface LaunchNote {
  readonly kind: 'kept' | 'chained' | 'replaced' | 'elsewhere' | 'silenced' | 'withheld';
  /** As spelled in the environment. */
  readonly variable: string;
  /** The value that was there; of `withheld`, ours. */
  readonly value: string;
}

export interface LaunchEnvironment {
  /** Variables to set on top of the given environment; nothing else changes. */
  readonly set: Readonly<Record<string, string>>;
  readonly notes: readonly LaunchNote[];
  /** Functions to be traced that have no room in an environment. */
  readonly refused: readonly string[];
}

/**
 * The variables that make a program's OpenTelemetry SDK send to Spanline soon and whole, and that load `instrument/`
 * (names: OpenTelemetry's environment variable specification, 1.5x). An existing setting wins, lists are chained;
 * an endpoint of the user's own takes ours and the protocol out together.
 */
export function launchEnvironment(request: LaunchRequest): LaunchEnvironment {
  const variables = new Variables(request);
  setExport(variables, request.endpoint);
  variables.setUnlessGiven('OTEL_BSP_SCHEDULE_DELAY', String(EXPORT_DELAY_MS));
  variables.setUnlessGiven('OTEL_BLRP_SCHEDULE_DELAY', String(EXPORT_DELAY_MS));
  variables.setUnlessGiven('OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT', String(ATTRIBUTE_LIMIT));
  // SDKs refuse a batch that is larger than the queue.
  const queue = Number(variables.get('OTEL_BSP_MAX_QUEUE_SIZE') ?? Number.NaN);
  if (!(queue < EXPORT_BATCH)) variables.setUnlessGiven('OTEL_BSP_MAX_EXPORT_BATCH_SIZE', String(EXPORT_BATCH));
  for (const [name, value] of Object.entries(request.more ?? {})) variables.setUnlessGiven(name, value);
  setContent(variables, request.content ?? {});
  setRun(variables, request);
  setNoProxy(variables, request);
  if (request.pythonFolder !== undefined) prependPath(variables, 'PYTHONPATH', request.pythonFolder, request.platform);
  if (request.nodeFile !== undefined) appendNodeOption(variables, `--require ${quoted(request.nodeFile)}`);
  const refused = setTracedFunctions(variables, request);
  return { ...variables.result(), refused };
}

/**
 * Those of an outer launch, or of the user's own, stay on the list. Like content, arguments stay on this machine. Answers what has
 * no room on the list.
 */
function setTracedFunctions(variables: Variables, request: LaunchRequest): readonly string[] {
  const { traceFunctions = [], platform, pythonFolder, nodeFile } = request;
  if (traceFunctions.length === 0 || (pythonFolder === undefined && nodeFile === undefined)) return [];
  if (variables.result().notes.some(({ kind }) => kind === 'elsewhere')) {
    variables.note('withheld', { name: TRACE_FUNCTIONS, value: JSON.stringify(traceFunctions) });
    return [];
  }
  const { value, refused } = tracedFunctionsValue(traceFunctions, platform, variables.get(TRACE_FUNCTIONS));
  if (value !== undefined) variables.put(TRACE_FUNCTIONS, value, 'chained');
  return refused;
}

/** What the user set about where spans go, and whether any do. */
function setExport(variables: Variables, endpoint: string): void {
  const traces = variables.given('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT');
  const general = variables.given('OTEL_EXPORTER_OTLP_ENDPOINT');
  for (const given of [traces, general]) {
    if (given === undefined || sameServer(given.value, endpoint)) continue;
    if (variables.replace) variables.put(given.name, endpointLike(given.name, endpoint), 'replaced');
    // The general one stands for logs and metrics where traces have their own.
    else variables.note(given === general && traces !== undefined ? 'kept' : 'elsewhere', given);
  }
  if (general === undefined) variables.put('OTEL_EXPORTER_OTLP_ENDPOINT', endpoint);
  if (general === undefined || sameServer(general.value, endpoint) || variables.replace)
    variables.setUnlessGiven('OTEL_EXPORTER_OTLP_PROTOCOL', 'http/protobuf');
  const disabled = variables.given('OTEL_SDK_DISABLED');
  if (disabled?.value.trim().toLowerCase() === 'true') variables.override(disabled, 'false', 'silenced');
  const exporter = variables.given('OTEL_TRACES_EXPORTER');
  if (exporter && !exporter.value.split(',').some((each) => each.trim().startsWith('otlp')))
    variables.override(exporter, 'otlp', 'silenced');
  const sampler = variables.given('OTEL_TRACES_SAMPLER');
  if (sampler && /always_off/.test(sampler.value)) variables.override(sampler, 'parentbased_always_on', 'silenced');
}

/** What is said of models stays on this machine: it is not recorded for a collector or a service somewhere. */
function setContent(variables: Variables, content: Readonly<Record<string, string>>): void {
  const elsewhere = variables.result().notes.some(({ kind }) => kind === 'elsewhere');
  for (const [name, value] of Object.entries(content)) {
    const given = variables.given(name);
    if (given !== undefined && given.value.trim() !== value) variables.note('kept', given);
    else if (given === undefined && elsewhere) variables.note('withheld', { name, value });
    else if (given === undefined) variables.put(name, value);
  }
}

function setRun(variables: Variables, { runId, runName }: LaunchRequest): void {
  const given = variables.given('OTEL_RESOURCE_ATTRIBUTES');
  const attributes = { [RUN_ID_KEY]: runId, [RUN_NAME_KEY]: runName };
  const value = withResourceAttributes(given?.value ?? '', attributes);
  if (value === '') return;
  // Our own of an outer launch are no news.
  const foreign = given !== undefined && withResourceAttributes(given.value, { [RUN_ID_KEY]: '', [RUN_NAME_KEY]: '' });
  variables.put(
    given?.name ?? 'OTEL_RESOURCE_ATTRIBUTES',
    value,
    foreign !== false && foreign !== '' ? 'chained' : undefined,
  );
}

/** Exporters that obey HTTP_PROXY would ask the proxy for this machine's own address. */
function setNoProxy(variables: Variables, { endpoint }: LaunchRequest): void {
  const proxied = ['HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy'].some((name) => variables.given(name));
  const host = /^\w+:\/\/(\[[^\]]+\]|[^/:]+)/.exec(endpoint)?.[1];
  if (!proxied || host === undefined) return;
  const names = ['no_proxy', 'NO_PROXY'];
  const given = names.flatMap((name) => variables.given(name) ?? []);
  for (const { name, value } of given) {
    const hosts = value.split(',').map((each) => each.trim());
    if (!hosts.includes(host) && !hosts.includes('*')) variables.put(name, `${value},${host}`, 'chained');
  }
  if (given.length === 0) for (const name of names) variables.put(name, host);
}

/** Ours goes first: Python imports the first `sitecustomize` only, and ours runs the next one itself. */
function prependPath(variables: Variables, name: string, folder: string, platform: LaunchRequest['platform']): void {
  const separator = platform === 'windows' ? ';' : ':';
  // Nothing quotes it there: two folders that are not would be put on the path.
  if (folder.includes(separator)) return;
  const given = variables.given(name);
  if (given === undefined) {
    variables.put(name, folder);
    return;
  }
  const rest = given.value.split(separator).filter((each) => each !== folder);
  variables.put(given.name, [folder, ...rest].join(separator), rest.length > 0 ? 'chained' : undefined);
}

function appendNodeOption(variables: Variables, option: string): void {
  const given = variables.given('NODE_OPTIONS');
  if (given === undefined) {
    variables.put('NODE_OPTIONS', option);
    return;
  }
  if (` ${given.value} `.includes(` ${option} `)) return;
  variables.put(given.name, `${given.value.trimEnd()} ${option}`, 'chained');
}

/** As Node reads NODE_OPTIONS: in double quotes a backslash stands before a quote or a backslash. */
function quoted(text: string): string {
  return /[\s"\\]/.test(text) ? `"${text.replaceAll(/["\\]/g, '\\$&')}"` : text;
}

/** Per-signal endpoints are used as they are, so they need their path. */
function endpointLike(name: string, endpoint: string): string {
  return name.toUpperCase().includes('TRACES') ? `${endpoint}/v1/traces` : endpoint;
}

/** Whether two addresses name the same port of this machine. */
function sameServer(value: string, endpoint: string): boolean {
  const place = (text: string): string =>
    text
      .trim()
      .toLowerCase()
      .replace(/^https?:\/\//, '')
      .replace(/\/.*$/, '')
      .replace(/^(?:localhost|\[::1\]|127\.0\.0\.1)(?=:|$)/, 'loopback');
  return place(value) === place(endpoint);
}

interface Given {
  readonly name: string;
  readonly value: string;
}

/** The environment under change; an empty value counts as not given, as the specification has it. */
class Variables {
  readonly replace: boolean;
  readonly #given: ReadonlyMap<string, Given>;
  readonly #windows: boolean;
  readonly #set = new Map<string, string>();
  readonly #notes: LaunchNote[] = [];

  constructor({ environment, platform, replace = false }: LaunchRequest) {
    this.replace = replace;
    this.#windows = platform === 'windows';
    const given = new Map<string, Given>();
    for (const [name, value] of Object.entries(environment)) {
      if (value !== undefined && value.trim() !== '') given.set(this.#key(name), { name, value });
    }
    this.#given = given;
  }

  given(name: string): Given | undefined {
    return this.#given.get(this.#key(name));
  }

  get(name: string): string | undefined {
    return this.given(name)?.value;
  }

  note(kind: LaunchNote['kind'], { name, value }: Given): void {
    this.#notes.push({ kind, variable: name, value });
  }

  put(name: string, value: string, kind?: LaunchNote['kind']): void {
    const given = this.given(name);
    this.#set.set(given?.name ?? name, value);
    if (kind !== undefined && given !== undefined && given.value !== value) this.note(kind, given);
  }

  setUnlessGiven(name: string, value: string): void {
    const given = this.given(name);
    if (given === undefined) this.put(name, value);
    else if (given.value.trim() !== value) this.override(given, value, 'kept');
  }

  /** Ours where the user asked to replace what is there, else `note` about what stays. */
  override(given: Given, value: string, note: LaunchNote['kind']): void {
    if (this.replace) this.put(given.name, value, 'replaced');
    else this.note(note, given);
  }

  result(): Pick<LaunchEnvironment, 'set' | 'notes'> {
    return { set: Object.fromEntries(this.#set), notes: this.#notes };
  }

  #key(name: string): string {
    return this.#windows ? name.toUpperCase() : name;
  }
}
