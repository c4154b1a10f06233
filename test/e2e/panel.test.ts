// Suites that share one window, one after another. livePanel restarts the engine and reloads the window: it is the last.
import { after } from 'node:test';
import { openWindow, stopSharedWindow } from '../support/sharedWindow.ts';
import { screenshotOfFailures } from '../support/workbench.ts';
import './panel/smoke.ts';
import './panel/filter.ts';
import './panel/followMode.ts';
import './panel/outsidePath.ts';
import './panel/movedPanel.ts';
import './panel/hostileText.ts';
import './panel/livePanel.ts';

screenshotOfFailures('panel', () => openWindow);
after(stopSharedWindow);
