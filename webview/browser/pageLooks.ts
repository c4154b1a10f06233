import { checkedLooks, type PageLooks } from '../../src/protocol/looksApi.ts';

const LOOKS = 'spanline.looks';
const DARK = '(prefers-color-scheme: dark)';

/** What was chosen in this browser. */
export function keptLooks(): PageLooks {
  try {
    return checkedLooks(JSON.parse(localStorage.getItem(LOOKS) ?? 'null'));
  } catch {
    return checkedLooks(null);
  }
}

export function keepLooks(raw: unknown): PageLooks {
  const looks = checkedLooks(raw);
  try {
    localStorage.setItem(LOOKS, JSON.stringify(looks));
  } catch {
    // A browser that keeps nothing: until the tab goes.
  }
  wearLooks(looks);
  return looks;
}

let worn: PageLooks = checkedLooks(null);
let darkRules: readonly CSSMediaRule[] | undefined;

/** Puts the page in its theme, and follows the system's where that is chosen. VS Code marks the body in the same way. */
export function wearLooks(looks: PageLooks): void {
  const system = matchMedia(DARK);
  if (darkRules === undefined) system.addEventListener('change', () => wearLooks(worn));
  worn = looks;
  // The dark colours stand in the style sheet once, under the system's wish.
  darkRules ??= [...document.styleSheets].flatMap((sheet) =>
    [...sheet.cssRules].filter((rule) => rule instanceof CSSMediaRule && rule.conditionText === DARK),
  ) as CSSMediaRule[];
  const { theme } = looks;
  const dark = theme === 'system' ? system.matches : theme === 'dark';
  for (const rule of darkRules) rule.media.mediaText = dark ? 'all' : 'not all';
  document.documentElement.style.colorScheme = dark ? 'dark' : 'light';
  document.body.classList.toggle('vscode-dark', dark);
  document.body.classList.toggle('vscode-light', !dark);
}
