// What goods are called: on an English screen their English name first, their own small below it.
import { langOf, nameOf, ownName } from "../lib/text.mjs";

export function Name({ of: thing }) {
  const name = nameOf(thing) || thing.code;
  const own = ownName(thing);
  return (
    <>
      <span lang={langOf(name)}>{name}</span>
      {own && (
        <span class="own-name" lang={langOf(own)}>
          {own}
        </span>
      )}
    </>
  );
}
