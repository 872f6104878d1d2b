import {useElementSize} from '@mantine/hooks';
import {useEffect, useRef} from 'react';

export type Draw = (context: CanvasRenderingContext2D, width: number, height: number) => void;

interface Props {
  /** Draws in CSS pixels; a new function means a new picture. */
  readonly draw: Draw;
  /** What the picture says, in words. */
  readonly label: string;
  readonly testId?: string;
}

/** A canvas that fills its box, sharp on any screen, redrawn only when its drawing or its size changes. */
export function Picture({draw, label, testId}: Props) {
  const {ref, width, height} = useElementSize();
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!canvas.current || !context || width < 4 || height < 4) return;
    const ratio = window.devicePixelRatio || 1;
    canvas.current.width = Math.round(width * ratio);
    canvas.current.height = Math.round(height * ratio);
    context.scale(ratio, ratio);
    draw(context, width, height);
  }, [draw, width, height]);
  return (
    <div ref={ref} className="picture">
      <canvas ref={canvas} role="img" aria-label={label} data-testid={testId} />
    </div>
  );
}
