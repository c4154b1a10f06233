import { formatDuration } from '../../src/core/layout/formatDuration.ts';
import { useStore } from '../state/useStore.ts';
import { IconButton } from '../ui/IconButton.tsx';
import type { ZoomModel } from './zoomModel.ts';

/** How much is shown, and the ways back, forward and to all of it. */
export function ZoomButtons({ zoom }: { readonly zoom: ZoomModel }) {
  const { back, forward } = useStore(zoom.steps);
  const scale = useStore(zoom.scale);
  const length = formatDuration(scale.range.endNs - scale.range.beginNs);
  return (
    <>
      <span
        class="grow wf-shown"
        title={scale.fitted ? 'The whole trace is shown' : `${length} of ${formatDuration(scale.extentNs)} are shown`}
      >
        {length}
      </span>
      <IconButton
        icon="arrow-left"
        label="Back to the zoom before (Backspace)"
        disabled={!back}
        onClick={() => zoom.back()}
      />
      <IconButton
        icon="arrow-right"
        label="Forward again (Shift+Backspace)"
        disabled={!forward}
        onClick={() => zoom.forward()}
      />
      <IconButton
        icon="screen-full"
        label="Fit the whole trace (0)"
        disabled={scale.fitted}
        onClick={() => zoom.fit()}
      />
    </>
  );
}
