// Lint rules: typescript-eslint strict, type-checked. Import rules live in .dependency-cruiser.cjs.
import tseslint from 'typescript-eslint';

export default tseslint.config(
  {
    ignores: [
      'out/**',
      'dist/**',
      '.cache/**',
      '.vscode-test/**',
      '.venv/**',
      '**/node_modules/**',
      'test/fixtures/**',
      'test/interop/programs/**',
      'test/interop/locations/programs/**',
      'test/interop/inference/programs/**',
      'examples/**',
      '**/*.cjs',
    ],
  },
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: {
        // One for all: which folder may use what is checked by `tsc -b`.
        project: ['tsconfig.lint.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/naming-convention': [
        'error',
        { selector: 'typeLike', format: ['PascalCase'] },
        { selector: 'interface', format: ['PascalCase'], custom: { regex: '^I[A-Z]', match: false } },
      ],
      '@typescript-eslint/ban-ts-comment': ['error', { 'ts-expect-error': 'allow-with-description' }],
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'No default exports: a thing has one name everywhere.' },
        { selector: 'ExportAllDeclaration', message: 'No barrels: import from the file that defines it.' },
      ],
      eqeqeq: 'error',
    },
  },
  {
    // Method maps are tuples of [parameters, result]; a method without a result says void there.
    files: ['src/protocol/**/*.ts', 'test/unit/vscode/**/*.ts'],
    rules: { '@typescript-eslint/no-invalid-void-type': 'off' },
  },
  {
    // Columns are typed arrays read in bounds by construction; a check per read would cost the hot path.
    files: [
      'src/core/otlp/**/*.ts',
      'src/core/redact/**/*.ts',
      'src/core/store/**/*.ts',
      'src/core/find/**/*.ts',
      'src/core/layout/**/*.ts',
      'src/core/statistics/**/*.ts',
      'src/core/compare/**/*.ts',
      'src/core/list/**/*.ts',
      'src/core/query/**/*.ts',
      'src/core/steps/**/*.ts',
      'src/core/features/**/*.ts',
    ],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  {
    files: ['test/**/*.ts', 'test/**/*.tsx'],
    rules: {
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          allowForKnownSafeCalls: [
            { from: 'package', name: ['describe', 'it', 'test', 'suite'], package: 'node:test' },
          ],
        },
      ],
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  {
    files: ['src/vscode/**/*.ts', 'src/extension.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'No default exports: a thing has one name everywhere.' },
        { selector: 'ExportAllDeclaration', message: 'No barrels: import from the file that defines it.' },
        {
          selector: 'TSAsExpression > TSAnyKeyword, TSAsExpression > TSUnknownKeyword',
          message: 'No casts around the vscode types: a proposed API would pass here and fail for users.',
        },
      ],
    },
  },
);
