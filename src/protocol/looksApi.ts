/** The colours of services: the theme's, or ones that people with a colour vision deficiency tell apart. */
export type PaletteChoice = 'theme' | 'colorBlind';

/** How a tab of a browser looks, where no settings of an editor say it. */
export interface PageLooks {
  readonly theme: 'system' | 'light' | 'dark';
  readonly palette: PaletteChoice;
}

/** Reads what an earlier page kept; what does not fit is its default. */
export function checkedLooks(raw: unknown): PageLooks {
  const { theme, palette } = (typeof raw === 'object' && raw !== null ? raw : {}) as Partial<
    Record<keyof PageLooks, unknown>
  >;
  return {
    theme: theme === 'light' || theme === 'dark' ? theme : 'system',
    palette: palette === 'colorBlind' ? 'colorBlind' : 'theme',
  };
}

export interface LooksMethods {
  /** The user chose; the host keeps it and answers with `panel/looks`. Only where `panel/looks` was told before. */
  'looks/keep': readonly [PageLooks, void];
}

export interface LooksEvents {
  /** The page may choose how it looks (a browser's tab), and this is how it looks now. */
  'panel/looks': PageLooks;
}
