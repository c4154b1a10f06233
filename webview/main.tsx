import { render } from 'preact';
import { App } from './app/App.tsx';
import { connectHost } from './protocol/host.ts';
import { windowTransport, type VsCodeApi } from './protocol/windowTransport.ts';
import { PanelModel } from './state/panelModel.ts';
import { readSavedState } from './state/savedState.ts';
import { registerToolkit } from './ui/toolkit.ts';
import { publishPalette, watchPalette } from './waterfall/palette.ts';

declare function acquireVsCodeApi(): VsCodeApi;

function start(root: HTMLElement): void {
  const api = acquireVsCodeApi();
  registerToolkit();
  // The waterfall may be asked for the keyboard before it is drawn, or while no trace is shown.
  let focusWanted = false;
  let focusDrawn: (() => void) | undefined;
  const focusTree = (): void => {
    if (focusDrawn) focusDrawn();
    focusWanted = !focusDrawn;
  };
  const panel = new PanelModel({
    host: connectHost(windowTransport(api, window)),
    now: () => performance.now(),
    saved: readSavedState(api.getState()),
    save: (state) => api.setState(state),
    focusTree,
  });
  const palette = watchPalette(window, panel.palette);
  publishPalette(palette.value, root);
  palette.subscribe(() => publishPalette(palette.value, root));
  render(
    <App
      panel={panel}
      palette={palette}
      bindFocus={(focus) => {
        focusDrawn = focus;
        if (focusWanted && focus) focusTree();
      }}
    />,
    root,
  );
  window.addEventListener('blur', () => panel.saveDue());
  void panel.start();
}

const root = document.getElementById('root');
if (root) start(root);
