import {type PointerEvent, useRef} from 'react';
import {type Camera, turned, zoomed} from './camera.ts';

/** Radians for a pixel. */
const TURN = 0.008;
/** A pointer that moved less than this between down and up has pointed, not dragged. */
const STILL = 5;

type Spot = readonly [number, number];

interface Handlers {
  readonly move: (change: (camera: Camera) => Camera) => void;
  /** The pointer is over a place of the view and holds nothing. */
  readonly hover: (event: PointerEvent<HTMLElement>) => void;
  readonly leave: () => void;
  readonly tap: (event: PointerEvent<HTMLElement>) => void;
}

/** One finger or the mouse turns the scene, two fingers zoom; a press without a move is a tap. */
export function useGestures({move, hover, leave, tap}: Handlers) {
  const held = useRef(new Map<number, Spot>());
  const travelled = useRef(0);
  const spread = (): number => {
    const [one, other] = [...held.current.values()];
    return Math.hypot(one[0] - other[0], one[1] - other[1]);
  };
  const end = (event: PointerEvent<HTMLElement>): void => {
    held.current.delete(event.pointerId);
  };
  return {
    onPointerDown(event: PointerEvent<HTMLElement>): void {
      if (held.current.size === 0) travelled.current = 0;
      held.current.set(event.pointerId, [event.clientX, event.clientY]);
      event.currentTarget.setPointerCapture(event.pointerId);
    },
    onPointerMove(event: PointerEvent<HTMLElement>): void {
      const before = held.current.get(event.pointerId);
      if (!before) {
        hover(event);
        return;
      }
      const apart = held.current.size === 2 ? spread() : 0;
      held.current.set(event.pointerId, [event.clientX, event.clientY]);
      const [dx, dy] = [event.clientX - before[0], event.clientY - before[1]];
      travelled.current += Math.hypot(dx, dy);
      if (travelled.current < STILL) return;
      if (held.current.size === 1) move((camera) => turned(camera, dx * TURN, dy * TURN));
      else if (apart > 0) {
        const factor = apart / Math.max(spread(), 1);
        move((camera) => zoomed(camera, factor));
      }
    },
    onPointerUp(event: PointerEvent<HTMLElement>): void {
      if (held.current.size === 1 && travelled.current < STILL) tap(event);
      end(event);
    },
    onPointerCancel: end,
    // A finger that is lifted has left too; what it read stays.
    onPointerLeave: (event: PointerEvent<HTMLElement>): void => {
      if (event.pointerType === 'mouse') leave();
    },
  };
}
