// Who is at the far end of the serial line. The machine names a part to play; see lines.c.

/** A player on a socket: `play("scale 00.652")` changes the part, `plugged` says whether anybody can hear. */
export function makePlayer(socket) {
  let part = "silent";
  let words = "";
  let plugged = false;
  const say = (text) => plugged && socket.write(text, "latin1");

  // A Mettler 8217 answers each W; with half an answer it broke off before the end.
  const asked = () => {
    if (part === "scale") say(`\x02${words}\r`);
    if (part === "half") say(`\x02${words.slice(0, 4)}`);
  };
  socket.on("data", (bytes) => {
    for (const byte of bytes) if (byte === 0x57) asked();
  });
  const timer = setInterval(() => part === "scanner" && say(`${words}\r`), 300);

  return {
    play(text) {
      [part, words = ""] = text.split(" ");
    },
    plug(now) {
      plugged = now;
    },
    end() {
      clearInterval(timer);
      socket.destroy();
    },
  };
}
