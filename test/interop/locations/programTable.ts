/** A request that a service is sent. */
export interface Call {
  readonly method?: string;
  readonly path: string;
  readonly body?: unknown;
}

/** How a service runs, in its folder; `{port:NAME}` in values stands for another service's port. */
export interface Program {
  readonly service: string;
  /** Relative to the language's folder. */
  readonly folder: string;
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Sent to a server, in order; what has none is run to its end, after all servers answered. */
  readonly calls?: readonly Call[];
  /** True for a server that is called by other programs only. */
  readonly serves?: true;
  /** Where its folder seems to lie in the capture: of a container, another machine or another system. */
  readonly neutral: string;
}

export interface LanguagePrograms {
  readonly language: string;
  readonly needs: readonly string[];
  /** Run once in a copy of the language's folder; `{cache}` stands for a folder that is kept between runs. */
  readonly build: readonly (readonly string[])[];
  readonly buildEnv?: Readonly<Record<string, string>>;
  readonly programs: readonly Program[];
  /** Further folders, by what they seem to be in the capture: relative to the language's folder or with `{cache}`. */
  readonly neutral: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Put before what the variable holds: runs the programs with what Spanline launches them with; `{instrument}`. */
  readonly stamped?: Readonly<Record<string, string>>;
}

const PYTHON = '{cache}/venv/bin/python';

const python: LanguagePrograms = {
  language: 'python',
  needs: ['python3'],
  build: [
    ['once:python3', '-m', 'venv', '{cache}/venv'],
    [`once:${PYTHON}`, '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', 'requirements.txt'],
  ],
  env: { PYTHONPATH: '{root}/shared', PYTHONDONTWRITEBYTECODE: '1', PYTHONUNBUFFERED: '1' },
  stamped: { PYTHONPATH: '{instrument}/python:' },
  neutral: {
    shared: '/opt/shared',
    '{cache}/venv/lib/python3.11/site-packages': '/usr/local/lib/python3.11/site-packages',
    '{cache}/venv/bin/': '/usr/local/bin/',
    '{python}': '/usr/local/lib/python3.11',
  },
  programs: [
    {
      service: 'search',
      folder: 'search',
      command: [PYTHON, 'main.py'],
      neutral: '/srv/search',
      calls: [{ path: '/search/?q=green+tea' }, { path: '/search/suggest?q=t' }],
    },
    {
      service: 'billing',
      folder: 'billing',
      command: [PYTHON, 'main.py'],
      env: { SEARCH_URL: 'http://127.0.0.1:{port:search}' },
      neutral: 'C:\\Users\\dev\\shop\\billing',
      calls: [{ path: '/healthz' }, { path: '/invoices/1' }, { method: 'POST', path: '/invoices/77/refund' }],
    },
    {
      service: 'storefront',
      folder: 'storefront',
      command: [PYTHON, 'main.py'],
      env: { BILLING_URL: 'http://127.0.0.1:{port:billing}' },
      neutral: '/app',
      calls: [
        { path: '/healthz' },
        { path: '/api/v1/orders' },
        { path: '/api/v1/orders/1' },
        { method: 'POST', path: '/api/v1/orders', body: { sku: 'tea', quantity: 2 } },
        { method: 'POST', path: '/api/v1/orders', body: { sku: 'samovar', quantity: 20 } },
        { method: 'POST', path: '/api/v1/orders/1/refund' },
        { path: '/api/v1/users/7' },
        { method: 'DELETE', path: '/api/v1/users/7' },
      ],
    },
    {
      service: 'catalog',
      folder: 'catalog',
      command: [PYTHON, 'manage.py', 'runserver', '--noreload', '{port:catalog}'],
      neutral: '/app',
      calls: [
        { path: '/' },
        { path: '/products/' },
        { method: 'POST', path: '/products/' },
        { path: '/products/3/' },
        { path: '/products/tea/similar/' },
        { path: '/products/nothing/similar/' },
        { path: '/reviews/3/' },
      ],
    },
    { service: 'inventory', folder: 'inventory', command: [PYTHON, 'main.py'], neutral: '/app', serves: true },
    {
      service: 'inventory',
      folder: 'inventory',
      command: [PYTHON, 'client.py'],
      env: { INVENTORY: '127.0.0.1:{port:inventory}' },
      neutral: '/app',
    },
    { service: 'worker', folder: 'worker', command: [PYTHON, 'enqueue.py'], neutral: '/home/dev/shop/worker' },
    {
      service: 'assistant',
      folder: 'assistant',
      command: [PYTHON, 'main.py'],
      env: { OPENAI_BASE_URL: '{models}/v1', OPENAI_API_KEY: 'none' },
      neutral: '/app',
    },
  ],
};

const NODE = ['node', '--enable-source-maps'];

const javascript: LanguagePrograms = {
  language: 'js',
  needs: ['node', 'npm'],
  build: [
    ['once:cp', 'package.json', 'package-lock.json', '{cache}'],
    ['once:npm', 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', '--prefix', '{cache}'],
    ['ln', '-s', '{cache}/node_modules', 'node_modules'],
    ['node_modules/.bin/tsc', '-p', '.'],
  ],
  stamped: { NODE_OPTIONS: '--require={instrument}/node/register.cjs' },
  neutral: { '{cache}/node_modules': '/usr/src/app/node_modules', '{node}': '/usr/local/bin/node' },
  programs: [
    {
      service: 'notify',
      folder: 'notify',
      command: ['node', 'server.mjs'],
      env: { SINK_URL: '{models}/mails' },
      neutral: '/srv/notify',
      calls: [
        { path: '/ping' },
        { path: '/mail/m1/status' },
        { method: 'POST', path: '/mail', body: { to: 'ann@example.com' } },
        { method: 'POST', path: '/mail', body: { to: 'ann@nowhere' } },
      ],
    },
    {
      service: 'catalog',
      folder: 'catalog',
      command: ['node', 'server.js'],
      env: { NOTIFY_URL: 'http://127.0.0.1:{port:notify}' },
      neutral: 'D:\\work\\shop\\catalog',
      calls: [{ path: '/products/tea' }, { path: '/search?q=green' }],
    },
    {
      service: 'accounts',
      folder: '.',
      command: [...NODE, 'dist/accounts/src/main.js'],
      env: { DATABASE_URL: '{database}' },
      neutral: '/usr/src/app',
      calls: [
        { path: '/accounts' },
        { path: '/accounts/a1' },
        { path: '/accounts/nobody' },
        { method: 'POST', path: '/accounts', body: { name: 'Ann' } },
        { path: '/audit/log?day=today' },
      ],
    },
    {
      service: 'gateway',
      folder: '.',
      command: [...NODE, 'dist/gateway/src/main.js'],
      env: { CATALOG_URL: 'http://127.0.0.1:{port:catalog}', ACCOUNTS_URL: 'http://127.0.0.1:{port:accounts}' },
      neutral: '/usr/src/app',
      calls: [
        { path: '/healthz' },
        { path: '/api/orders' },
        { path: '/api/orders/o-17' },
        { method: 'POST', path: '/api/orders', body: { sku: 'tea' } },
        { method: 'POST', path: '/api/orders', body: { sku: 'samovar' } },
        { method: 'DELETE', path: '/api/orders/o-17' },
        { path: '/api/cart/ann' },
        { method: 'PUT', path: '/api/cart/ann/clear' },
      ],
    },
    { service: 'ledger', folder: 'ledger', command: ['node', 'server.js'], neutral: '/app', serves: true },
    {
      service: 'ledger',
      folder: 'ledger',
      command: ['node', 'client.js'],
      env: { LEDGER: '127.0.0.1:{port:ledger}' },
      neutral: '/app',
    },
    {
      service: 'assistant',
      folder: '.',
      command: [...NODE, 'dist/assistant/src/main.js'],
      env: { OPENAI_BASE_URL: '{models}/v1', OPENAI_API_KEY: 'none' },
      neutral: '/usr/src/app',
    },
  ],
};

const go: LanguagePrograms = {
  language: 'go',
  needs: ['go'],
  build: [['go', 'build', '-p', '1', '-o', 'bin/', './orders', './billing', './ledger']],
  buildEnv: { GOTOOLCHAIN: 'local', GOMAXPROCS: '1' },
  neutral: { '{home}/go/pkg/mod': '/go/pkg/mod' },
  programs: [
    {
      service: 'billing',
      folder: '.',
      command: ['{root}/bin/billing'],
      neutral: '/src',
      calls: [
        { method: 'POST', path: '/v1/invoices' },
        { path: '/v1/invoices/7' },
        { path: '/legacy/status/db' },
        { method: 'POST', path: '/legacy/import' },
      ],
    },
    {
      service: 'orders',
      folder: '.',
      command: ['{root}/bin/orders'],
      env: { BILLING_URL: 'http://127.0.0.1:{port:billing}' },
      neutral: '/home/dev/shop',
      calls: [
        { path: '/healthz' },
        { path: '/api/orders/' },
        { path: '/api/orders/7' },
        { method: 'POST', path: '/api/orders/?sku=tea' },
        { method: 'POST', path: '/api/orders/?sku=cup' },
        { method: 'DELETE', path: '/api/orders/7' },
      ],
    },
    { service: 'ledger', folder: '.', command: ['{root}/bin/ledger'], neutral: '/src', serves: true },
    {
      service: 'ledger',
      folder: '.',
      command: ['{root}/bin/ledger', 'close-day'],
      env: { LEDGER: '127.0.0.1:{port:ledger}' },
      neutral: '/src',
    },
  ],
};

const JAVA = [
  'java',
  // Starts in half the time.
  '-XX:TieredStopAtLevel=1',
  '-javaagent:target/agent/opentelemetry-javaagent.jar',
  '-cp',
  'target/classes:target/lib/*',
];

const java: LanguagePrograms = {
  language: 'java',
  needs: ['mvn', 'java', 'javac'],
  build: [['mvn', '-q', '-B', 'process-classes']],
  neutral: {},
  programs: [
    {
      service: 'billing',
      folder: 'billing',
      command: [...JAVA, 'com.shop.billing.Main'],
      neutral: 'C:\\shop\\billing',
      calls: [
        { path: '/rates/EUR' },
        { path: '/invoices/7' },
        { method: 'POST', path: '/invoices', body: { cents: 100 } },
        { method: 'POST', path: '/invoices' },
      ],
    },
    {
      service: 'orders',
      folder: 'orders',
      command: [...JAVA, 'com.shop.orders.OrdersApplication'],
      env: { BILLING_URL: 'http://127.0.0.1:{port:billing}' },
      neutral: '/app',
      calls: [
        { path: '/healthz' },
        { path: '/fail' },
        { path: '/api/orders' },
        { path: '/api/orders/7' },
        { method: 'POST', path: '/api/orders', body: { sku: 'tea' } },
        { method: 'DELETE', path: '/api/orders/7' },
      ],
    },
    {
      service: 'ledger',
      folder: 'ledger',
      command: [...JAVA, 'com.shop.ledger.Server'],
      neutral: '/app',
      serves: true,
    },
    {
      service: 'ledger',
      folder: 'ledger',
      command: [...JAVA, 'com.shop.ledger.CloseDay'],
      env: { LEDGER: '127.0.0.1:{port:ledger}' },
      neutral: '/app',
    },
  ],
};

const rust: LanguagePrograms = {
  language: 'rust',
  needs: ['cargo', 'cc'],
  build: [['cargo', 'build', '--quiet', '--jobs', '1']],
  buildEnv: { CARGO_TARGET_DIR: '{cache}/target' },
  neutral: { '{home}/.cargo': '/usr/local/cargo', '{cache}/target': '/src/target' },
  programs: [
    {
      service: 'billing',
      folder: 'billing',
      command: ['{cache}/target/debug/billing'],
      neutral: '/src/billing',
      calls: [
        { path: '/healthz' },
        { path: '/rates/tea' },
        { path: '/invoices/7' },
        { method: 'POST', path: '/invoices', body: 'tea' },
        { method: 'POST', path: '/invoices' },
      ],
    },
    {
      service: 'orders',
      folder: 'orders',
      command: ['{cache}/target/debug/orders'],
      env: { BILLING_URL: 'http://127.0.0.1:{port:billing}' },
      neutral: '/src/orders',
      calls: [
        { path: '/healthz' },
        { path: '/api/orders' },
        { path: '/api/orders/7' },
        { path: '/api/orders/4711' },
        { method: 'POST', path: '/api/orders', body: 'tea' },
        { method: 'DELETE', path: '/api/orders/7' },
        { method: 'POST', path: '/cart/ann' },
      ],
    },
  ],
};

/** Every language whose programs are run, in the order they are captured. */
export const LANGUAGES: readonly LanguagePrograms[] = [python, javascript, go, java, rust];
