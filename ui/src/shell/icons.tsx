import type { ReactNode } from 'react';

function icon(shape: ReactNode) {
  return function Icon() {
    return (
      <svg viewBox="0 0 20 20" width="1.15em" height="1.15em" className="icon" aria-hidden="true" focusable="false">
        {shape}
      </svg>
    );
  };
}

const thumb = (
  <>
    <path d="M3 9.2h3v7.3H3z" />
    <path d="M6 9.6 9 3.2c1.3 0 2.1.9 2.1 2.1v2.9h3.8c1.1 0 1.9 1 1.7 2.1l-.9 4.7c-.2.9-.9 1.5-1.8 1.5H6" />
  </>
);

export const ThumbUp = icon(thumb);
export const ThumbDown = icon(<g transform="rotate(180 10 10)">{thumb}</g>);
export const Pencil = icon(
  <path d="m3.5 16.5.7-3.3 9-9a1.4 1.4 0 0 1 2 0l.6.6a1.4 1.4 0 0 1 0 2l-9 9zM11.7 5.7l2.6 2.6" />,
);
export const Again = icon(<path d="M15.8 8.2A6.2 6.2 0 1 0 16.2 11M16.3 4v4.4h-4.4" />);
export const TwoUp = icon(<path d="M3 4.5h6v11H3zM11 4.5h6v11h-6z" />);
export const Copy = icon(<path d="M7.5 7.5h9v9h-9zM12.5 7.2V3.5h-9v9h3.7" />);
export const Check = icon(<path d="m4 10.5 4 4 8-9" />);
export const Left = icon(<path d="M12 4.5 6.5 10l5.5 5.5" />);
export const Right = icon(<path d="M8 4.5l5.5 5.5L8 15.5" />);
export const Up = icon(<path d="M10 16V4.5M5 9.2l5-5 5 5" />);
export const Down = icon(<path d="M10 4v11.5M5 10.8l5 5 5-5" />);
export const Stop = icon(<path d="M5.5 5.5h9v9h-9z" fill="currentColor" />);
export const Plus = icon(<path d="M10 4v12M4 10h12" />);
export const Menu = icon(<path d="M3 5.5h14M3 10h14M3 14.5h9" />);
export const Close = icon(<path d="m5 5 10 10M15 5 5 15" />);
export const Bin = icon(<path d="M3.5 5.5h13M8 5.2V3.5h4v1.7M5.5 5.8l.7 10.7h7.6l.7-10.7M8.6 8.8v4.7M11.4 8.8v4.7" />);
export const Chat = icon(<path d="M3.5 4.5h13v9H9.3L5.5 16.8v-3.3h-2z" />);
export const Leave = icon(<path d="M8 3.5H3.5v13H8M12 6.3l3.8 3.7-3.8 3.7M15.5 10H7.5" />);
export const Curve = icon(<path d="M3.5 3.5v13h13M6.5 12.5l3-4 2.7 2.4 4.3-5.4" />);

/** Hone's mark: a blade with its edge in the light. */
export function Mark() {
  return (
    <svg viewBox="0 0 32 32" width="28" height="28" className="mark" aria-hidden="true" focusable="false">
      <path className="mark-blade" d="M4 22 22 4h6v6L14 24H4z" />
      <path className="mark-edge" d="M4 22 22 4h3L7 22z" />
      <path className="mark-stone" d="M4 27h24v2H4z" />
    </svg>
  );
}
