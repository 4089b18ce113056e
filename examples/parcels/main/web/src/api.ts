export interface Place {
  place: string;
}

export async function whereIs(parcel: string): Promise<Place> {
  const response = await fetch(`/parcels/${encodeURIComponent(parcel)}`);
  if (!response.ok) throw new Error(`the service answered ${response.status}`);
  return response.json();
}

export function isNumber(text: string): boolean {
  return /^[A-Z]{2}\d{9}$/.test(text);
}
