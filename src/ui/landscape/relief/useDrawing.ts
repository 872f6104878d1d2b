import {type RefObject, useEffect, useMemo, useRef, useState} from 'react';
import type {Shown} from '../shown.ts';
import {type Axes, axesOf} from './axes.ts';
import {type Camera, type Sight, sightOf} from './camera.ts';
import {meshOf} from './mesh.ts';
import {createRenderer, type Renderer} from './renderer.ts';
import {sceneOf} from './scene.ts';

/** The present view as a picture of another size. */
export type Capture = (width: number, height: number, ratio: number) => {readonly image: string; readonly axes: Axes} | null;

interface Drawing {
  readonly shown: Shown;
  readonly camera: Camera;
  /** Of the camera, for the view's own size. */
  readonly sight: Sight;
  /** In CSS pixels; null until it is known. */
  readonly size: {readonly width: number; readonly height: number} | null;
  readonly capture: RefObject<Capture | null>;
  readonly onUnavailable: (reason: string) => void;
}

const NO_WEBGL = 'This browser offers no WebGL 2, so the landscape stays a map.';
/** Pixels for each of CSS at which edges look smooth, and the milliseconds after which a scene rests. */
const SMOOTH = 2;
const REST = 250;

/** Draws the scene when something changes, and whenever it is asked for a picture; says whether the context is lost. */
export function useDrawing(canvas: RefObject<HTMLCanvasElement | null>, {shown, camera, sight, size, capture, onUnavailable}: Drawing): boolean {
  const {renderer, isLost} = useRenderer(canvas, onUnavailable);
  const {surface} = shown;
  const mesh = useMemo(() => meshOf(surface), [surface]);
  const scene = useMemo(() => sceneOf(shown, mesh), [shown, mesh]);
  const [width, height] = [size?.width ?? 0, size?.height ?? 0];
  useEffect(() => {
    if (!renderer || width === 0) return;
    const draw = (ratio: number): void => renderer.draw(scene, sight.matrix, width, height, ratio);
    const frame = requestAnimationFrame(() => draw(renderer.isSlow ? 1 : SMOOTH));
    // A slow renderer smooths edges once the scene rests.
    const rest = renderer.isSlow ? window.setTimeout(() => draw(SMOOTH), REST) : undefined;
    return () => {
      cancelAnimationFrame(frame);
      window.clearTimeout(rest);
    };
  }, [renderer, scene, sight, width, height]);
  useEffect(() => {
    capture.current = (w, h, ratio) => {
      if (!renderer || !canvas.current) return null;
      const seen = sightOf(camera, w / h, sight.units);
      renderer.draw(scene, seen.matrix, w, h, SMOOTH * ratio);
      const image = canvas.current.toDataURL('image/png');
      renderer.draw(scene, sight.matrix, width, height, SMOOTH);
      return {image, axes: axesOf(seen, w, h, shown.landscape, shown.surface)};
    };
    return () => {
      capture.current = null;
    };
  }, [canvas, capture, renderer, scene, camera, sight, width, height, shown]);
  return isLost;
}

/** The renderer while there is a context; made anew when a lost one comes back. */
function useRenderer(canvas: RefObject<HTMLCanvasElement | null>, onUnavailable: (reason: string) => void): {readonly renderer: Renderer | null; readonly isLost: boolean} {
  const [renderer, setRenderer] = useState<Renderer | null>(null);
  const [isLost, setLost] = useState(false);
  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    let made: Renderer | null = null;
    const make = (): void => {
      try {
        made = createRenderer(element);
      } catch (error) {
        onUnavailable(`The surface can't be drawn here (${error instanceof Error ? error.message : String(error)}), so the landscape stays a map.`);
        return;
      }
      if (made) setRenderer(made);
      else onUnavailable(NO_WEBGL);
    };
    const lost = (event: Event): void => {
      // Without this the context would not come back.
      event.preventDefault();
      setLost(true);
      setRenderer(null);
    };
    const restored = (): void => {
      setLost(false);
      make();
    };
    element.addEventListener('webglcontextlost', lost);
    element.addEventListener('webglcontextrestored', restored);
    make();
    return () => {
      element.removeEventListener('webglcontextlost', lost);
      element.removeEventListener('webglcontextrestored', restored);
      made?.dispose();
    };
  }, [canvas, onUnavailable]);
  return {renderer, isLost};
}

/** React's own wheel handlers are passive: they could not keep the page from scrolling. */
export function useWheel(canvas: RefObject<HTMLCanvasElement | null>, turn: (down: boolean) => void): void {
  const latest = useRef(turn);
  useEffect(() => {
    latest.current = turn;
  });
  useEffect(() => {
    const element = canvas.current;
    const onWheel = (event: WheelEvent): void => {
      event.preventDefault();
      if (event.deltaY !== 0) latest.current(event.deltaY > 0);
    };
    element?.addEventListener('wheel', onWheel, {passive: false});
    return () => element?.removeEventListener('wheel', onWheel);
  }, [canvas]);
}
