// Where simulated people live: countries by their weight in the shop, and cities of each, larger ones first.

export interface Place {
  readonly country: string
  readonly weight: number
  readonly cities: readonly string[]
}

const place = (country: string, weight: number, cities: string): Place => ({
  country,
  weight,
  cities: cities.split(', '),
})

export const PLACES: readonly Place[] = [
  place(
    'US',
    26,
    'New York, Los Angeles, Chicago, Houston, Phoenix, Philadelphia, Seattle, Denver',
  ),
  place('GB', 12, 'London, Birmingham, Manchester, Glasgow, Leeds, Liverpool, Bristol'),
  place('DE', 11, 'Berlin, Hamburg, München, Köln, Frankfurt am Main, Stuttgart, Leipzig'),
  place('FR', 8, 'Paris, Marseille, Lyon, Toulouse, Nice, Nantes'),
  place('CA', 5, 'Toronto, Montréal, Vancouver, Calgary, Ottawa'),
  place('ES', 5, 'Madrid, Barcelona, Valencia, Sevilla, Zaragoza'),
  place('IT', 5, 'Roma, Milano, Napoli, Torino, Palermo'),
  place('NL', 4, 'Amsterdam, Rotterdam, Den Haag, Utrecht'),
  place('AU', 4, 'Sydney, Melbourne, Brisbane, Perth'),
  place('PL', 3, 'Warszawa, Kraków, Łódź, Wrocław'),
  place('SE', 2, 'Stockholm, Göteborg, Malmö'),
  place('BR', 3, 'São Paulo, Rio de Janeiro, Brasília, Salvador'),
  place('JP', 3, 'Tokyo, Yokohama, Osaka, Nagoya, Sapporo'),
  place('IN', 3, 'Mumbai, Delhi, Bengaluru, Hyderabad, Chennai'),
  place('MX', 2, 'Ciudad de México, Guadalajara, Monterrey, Puebla'),
  place('AT', 1.5, 'Wien, Graz, Linz, Salzburg'),
  place('CH', 1.5, 'Zürich, Genève, Basel, Bern'),
  place('IE', 1, 'Dublin, Cork, Galway'),
]
