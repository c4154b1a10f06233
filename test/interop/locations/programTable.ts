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
  readonly programs: readonly Program[];
  /** Further folders, by what they seem to be in the capture: relative to the language's folder or with `{cache}`. */
  readonly neutral: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
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

/** Every language whose programs are run, in the order they are captured. */
export const LANGUAGES: readonly LanguagePrograms[] = [python];
