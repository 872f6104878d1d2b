import {Modal} from '@mantine/core';
import {Fragment} from 'react';
import type {BudgetAxis} from '../../core/experiment.ts';
import {ScrollRegion} from '../widgets/ScrollRegion.tsx';
import {AXIS_WORDS, onAxis} from '../words.ts';
import {type Optimum, SECOND_NAME} from './optimum.ts';
import {nearest, type Series, standing} from './series.ts';

interface Props {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly series: readonly Series[];
  readonly axis: BudgetAxis;
  readonly metric: string;
  readonly optimum: Optimum | null;
  readonly showY: (y: number) => string;
}

const ROWS = 25;

/** The chart in numbers: the nearest record of every contestant at evenly spaced places. */
export function RaceTable({opened, onClose, series, axis, metric, optimum, showY}: Props) {
  const columns = series.reduce((sum, {bound}) => sum + (bound.length > 0 ? 2 : 1), 0);
  return (
    <Modal opened={opened} onClose={onClose} size="xl" title={`${metric} by ${AXIS_WORDS[axis].long}`}>
      {opened && (
        <ScrollRegion label="Values of the curves">
          <table className="table">
            <thead>
              <tr>
                <th scope="col">at</th>
                {series.map((one) => (
                  <Fragment key={one.index}>
                    <th scope="col">{one.name}</th>
                    {one.bound.length > 0 && <th scope="col">lower bound</th>}
                  </Fragment>
                ))}
              </tr>
            </thead>
            <tbody>
              {placesOf(series).map((x) => (
                <tr key={x}>
                  <th scope="row">{onAxis(x, axis)}</th>
                  {series.map((one) => (
                    <Fragment key={one.index}>
                      <td>{valueAt(one, x, showY)}</td>
                      {one.bound.length > 0 && <td>{boundAt(one, x, showY)}</td>}
                    </Fragment>
                  ))}
                </tr>
              ))}
            </tbody>
            {optimum && (
              <tfoot>
                <tr>
                  <th scope="row">{optimum.name}</th>
                  <td colSpan={columns}>
                    {optimum.value} ({optimum.meaning})
                  </td>
                </tr>
                {optimum.second !== null && (
                  <tr>
                    <th scope="row">{SECOND_NAME}</th>
                    <td colSpan={columns}>{showY(optimum.second)}</td>
                  </tr>
                )}
              </tfoot>
            )}
          </table>
        </ScrollRegion>
      )}
    </Modal>
  );
}

function placesOf(series: readonly Series[]): readonly number[] {
  const longest = series.reduce((best, one) => (one.points.length > best.points.length ? one : best), series[0]);
  const {points} = longest;
  const stride = Math.max(1, Math.ceil(points.length / ROWS));
  return points.filter((_, i) => i % stride === 0 || i === points.length - 1).map((point) => point.x);
}

/** Nothing is claimed of a contestant after its end. */
function valueAt({points}: Series, x: number, showY: (y: number) => string): string {
  const point = x <= (points.at(-1)?.x ?? Number.NEGATIVE_INFINITY) ? nearest(points, x) : undefined;
  return point ? showY(point.y) : '–';
}

function boundAt({points, bound}: Series, x: number, showY: (y: number) => string): string {
  const point = x <= (points.at(-1)?.x ?? Number.NEGATIVE_INFINITY) ? standing(bound, x) : undefined;
  return point ? showY(point.y) : '–';
}
