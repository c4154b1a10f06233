const TILE_PX = 6;

/** Slanted stripes in one colour, made anew when the colour changes. */
export class Hatch {
  #color = '';
  #pattern: CanvasPattern | undefined;

  /** The stripes, or the colour alone where patterns cannot be made. */
  of(context: Pick<CanvasRenderingContext2D, 'createPattern'>, color: string): CanvasPattern | string {
    if (this.#color === color && this.#pattern) return this.#pattern;
    const tile = document.createElement('canvas');
    tile.width = TILE_PX;
    tile.height = TILE_PX;
    const drawing = tile.getContext('2d');
    if (drawing) {
      drawing.strokeStyle = color;
      drawing.lineWidth = 2;
      // Three strokes, so that the corners go on in the next tile.
      for (const shift of [-TILE_PX, 0, TILE_PX]) {
        drawing.beginPath();
        drawing.moveTo(shift - 1, TILE_PX + 1);
        drawing.lineTo(shift + TILE_PX + 1, -1);
        drawing.stroke();
      }
    }
    this.#color = color;
    this.#pattern = context.createPattern(tile, 'repeat') ?? undefined;
    return this.#pattern ?? color;
  }
}
