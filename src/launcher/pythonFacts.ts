import { runQuietly } from './runQuietly.ts';

const ASK_MS = 20_000;

/** What an interpreter tells of itself and of the packages it sees. */
export interface PythonFacts {
  /** As it was asked. */
  readonly program: string;
  /** Absolute, as it calls itself. */
  readonly executable: string;
  readonly version: readonly [major: number, minor: number];
  /** It has an OpenTelemetry SDK. */
  readonly hasSdk: boolean;
  readonly hasPip: boolean;
  /** Of pip, as Python brings it for new environments; empty when it does not. */
  readonly bundledPip: string;
  /** Of the modules asked for: those it can import. */
  readonly importable: readonly string[];
  /** Versions by name, lower case, with `-` between words. */
  readonly packages: Readonly<Record<string, string>>;
}

/** Runs in any Python 3, and prints one line that a 2 can print too. Nothing is written, no package's code is run. */
const ASK = `
import json, sys
facts = {"executable": sys.executable, "version": list(sys.version_info[:2])}
try:
    import importlib.util, re
    def has(name):
        try:
            return importlib.util.find_spec(name) is not None
        except Exception:
            return False
    facts["sdk"] = has("opentelemetry") and has("opentelemetry.sdk")
    facts["pip"] = has("pip")
    facts["importable"] = [each for each in sys.argv[1:] if has(each)]
    facts["bundled"] = ""
    try:
        import ensurepip, glob, os
        places = [os.path.join(os.path.dirname(ensurepip.__file__), "_bundled"), getattr(ensurepip, "_WHEEL_PKG_DIR", None)]
        wheels = [each for place in places if place for each in sorted(glob.glob(os.path.join(place, "pip-*.whl")))]
        facts["bundled"] = wheels[-1] if wheels else ""
    except Exception:
        pass
    packages = {}
    try:
        from importlib import metadata
        for each in metadata.distributions():
            name = each.metadata["Name"]
            if name:
                packages.setdefault(re.sub(r"[-_.]+", "-", name).lower(), each.version)
    except ImportError:
        pass
    facts["packages"] = packages
except ImportError:
    pass
sys.stdout.write("\\n" + json.dumps(facts) + "\\n")
`;

/** Asks an interpreter, also which of `modules` it can import; undefined for one that is not there or does not answer. */
export async function pythonFacts(
  program: string,
  cwd: string,
  env: Readonly<Record<string, string | undefined>>,
  modules: readonly string[],
): Promise<PythonFacts | undefined> {
  const { code, stdout } = await runQuietly({
    program,
    args: ['-B', '-c', ASK, ...modules],
    cwd,
    env,
    timeoutMs: ASK_MS,
  });
  if (code !== 0) return undefined;
  // A sitecustomize may print before.
  const line = stdout.trimEnd().split(/\r?\n/).at(-1) ?? '';
  try {
    const read = JSON.parse(line) as Readonly<Record<string, unknown>>;
    const [major = 0, minor = 0] = Array.isArray(read['version']) ? (read['version'] as readonly number[]) : [];
    return {
      program,
      executable: textOf(read['executable']),
      version: [major, minor],
      hasSdk: read['sdk'] === true,
      hasPip: read['pip'] === true,
      bundledPip: textOf(read['bundled']),
      importable: Array.isArray(read['importable']) ? (read['importable'] as readonly string[]) : [],
      packages: (read['packages'] ?? {}) as Readonly<Record<string, string>>,
    };
  } catch {
    return undefined;
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
