import { useState } from "react";

import * as api from "./api.js";

export function Tracker() {
  const [place, setPlace] = useState("");

  async function look(parcel: string): Promise<void> {
    if (!api.isNumber(parcel)) return;
    setPlace((await api.whereIs(parcel)).place);
  }

  return (
    <form>
      <input onBlur={(event) => void look(event.target.value)} />
      <output>{place}</output>
    </form>
  );
}
