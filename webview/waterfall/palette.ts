import type { PaletteChoice } from '../../src/protocol/looksApi.ts';
import { Store } from '../state/store.ts';
import { isDark, subdued, unlike, withContrast } from './contrast.ts';

/** Colours for what is drawn on a canvas, as CSS colour text. */
export interface Palette {
  readonly services: readonly string[];
  /** The services' colours for elements: those of the theme also where the system's colours are forced. */
  readonly marks: readonly string[];
  readonly error: string;
  readonly text: string;
  readonly dimText: string;
  readonly grid: string;
  readonly eventMark: string;
  /** Around text that stands on a bar. */
  readonly background: string;
  /** Outline of every bar in high contrast, else empty. */
  readonly outline: string;
  /** How strongly a bar is drawn where a child runs, 0..1. */
  readonly childAlpha: number;
  readonly font: string;
}

/** Charts colours first, then terminal ones; red is kept for errors. */
const SERVICE_VARIABLES = [
  '--vscode-charts-blue',
  '--vscode-charts-green',
  '--vscode-charts-orange',
  '--vscode-charts-purple',
  '--vscode-charts-yellow',
  '--vscode-terminal-ansiCyan',
  '--vscode-terminal-ansiMagenta',
  '--vscode-terminal-ansiBrightGreen',
] as const;

/**
 * For those who tell fewer colours apart: Okabe and Ito's hues, their lightness changed until each has its contrast and no
 * two (nor any and the red of errors) look alike with protanopia, deuteranopia or tritanopia.
 */
const COLOR_BLIND = {
  dark: ['#79bbff', '#d89f1d', '#00a693', '#b84eb5', '#bde26a', '#4770eb', '#d7f4fe', '#d6bdb3'],
  light: ['#426296', '#5a7719', '#991355', '#188f93', '#00248d', '#861bc3', '#413d23', '#291714'],
} as const;

/** Bars and marks stand out from the editor by at least this much (WCAG 2 ratio): some charts colours nearly vanish. */
const LEAST_CONTRAST = 3.5;
/** Grid lines never do. */
const MOST_GRID_CONTRAST = 1.5;
/** Theme colours nearer to each other than this are moved apart (distance in OKLab; a tenth of it is just seen). */
const LEAST_DISTANCE = 0.08;

/** Colour of a service as CSS, for elements; the canvas uses the same. `place` as in the order of services. */
export function serviceColor(place: number): string {
  return `var(--service-${place % SERVICE_VARIABLES.length})`;
}

/** Hands the resolved colours to elements below `root`, as variables. */
export function publishPalette(palette: Palette, root: HTMLElement): void {
  for (const [place, color] of palette.marks.entries()) root.style.setProperty(`--service-${place}`, color);
  root.style.setProperty('--wf-grid-line', palette.grid);
}

/** The services' colours on a background, each unlike those before it. */
export function serviceColors(choice: PaletteChoice, background: string, theme: readonly string[]): readonly string[] {
  const colors = choice === 'theme' ? theme : COLOR_BLIND[isDark(background) ? 'dark' : 'light'];
  const strong = colors.map((color) => withContrast(color, background, LEAST_CONTRAST));
  if (choice !== 'theme') return strong;
  const made: string[] = [];
  for (const color of strong) made.push(unlike(color, made, background, LEAST_DISTANCE));
  return made;
}

/** Reads the theme's present colours. */
export function resolvePalette(body: HTMLElement, view: Window, choice: PaletteChoice): Palette {
  const style = view.getComputedStyle(body);
  const read = (name: string, fallback: string): string => style.getPropertyValue(name).trim() || fallback;
  const fontSize = Math.max(9, (Number.parseFloat(read('--vscode-font-size', '13px')) || 13) - 2);
  const font = `${fontSize}px ${read('--vscode-font-family', 'sans-serif')}`;
  const foreground = read('--vscode-foreground', style.color);
  const background = read('--vscode-editor-background', 'transparent');
  const strong = (color: string): string => withContrast(color, background, LEAST_CONTRAST);
  const marks = serviceColors(
    choice,
    background,
    SERVICE_VARIABLES.map((name) => read(name, foreground)),
  );
  if (view.matchMedia('(forced-colors: active)').matches) {
    return {
      services: ['CanvasText'],
      marks,
      error: 'Mark',
      text: 'CanvasText',
      dimText: 'GrayText',
      grid: 'GrayText',
      eventMark: 'Highlight',
      background: 'Canvas',
      outline: 'CanvasText',
      childAlpha: 0.35,
      font,
    };
  }
  const contrast =
    body.classList.contains('vscode-high-contrast') || body.classList.contains('vscode-high-contrast-light');
  return {
    services: marks,
    marks,
    error: strong(read('--vscode-editorError-foreground', read('--vscode-charts-red', foreground))),
    text: foreground,
    dimText: read('--vscode-descriptionForeground', foreground),
    grid: subdued(
      read('--vscode-editorIndentGuide-background1', read('--vscode-widget-border', foreground)),
      background,
      MOST_GRID_CONTRAST,
    ),
    eventMark: foreground,
    background,
    outline: contrast ? read('--vscode-contrastBorder', foreground) : '',
    childAlpha: contrast ? 0.35 : 0.45,
    font,
  };
}

/** The palette, read again whenever the theme changes (VS Code changes the body's class and the root's style). */
export function watchPalette(view: Window, choice: Store<PaletteChoice>): Store<Palette> {
  const { body, documentElement } = view.document;
  const palette = new Store(resolvePalette(body, view, choice.value));
  const read = (): void => palette.set(resolvePalette(body, view, choice.value));
  choice.subscribe(read);
  const observer = new MutationObserver(read);
  observer.observe(body, { attributes: true, attributeFilter: ['class', 'style'] });
  observer.observe(documentElement, { attributes: true, attributeFilter: ['class', 'style'] });
  view.matchMedia('(forced-colors: active)').addEventListener('change', read);
  return palette;
}
