"""Names of countries as ClinicalTrials.gov writes and wrote them → ISO 3166 codes.

PURE. The registry renamed many countries between May 2025 and March 2026 (``Korea, Republic of``
became ``South Korea``); files hold old and new names side by side. A place in a file ends in the name
of its country, and some names hold a comma. What ends in no known name is a fragment of a facility's
name that held the separator ``|``, and is no country.
"""

from functools import lru_cache

# ISO 3166-1 alpha-3 (withdrawn codes for countries that are no more), our name, other names in the registry
_TABLE = """
AFG Afghanistan
ALA Åland Islands|Aland Islands
ALB Albania
DZA Algeria
ASM American Samoa
AND Andorra
AGO Angola
AIA Anguilla
ATA Antarctica
ATG Antigua and Barbuda|Antigua & Barbuda
ARG Argentina
ARM Armenia
ABW Aruba
AUS Australia
AUT Austria
AZE Azerbaijan
BHS Bahamas|The Bahamas|Bahamas, The
BHR Bahrain
BGD Bangladesh
BRB Barbados
BLR Belarus
BEL Belgium
BLZ Belize
BEN Benin
BMU Bermuda
BTN Bhutan
BOL Bolivia|Bolivia, Plurinational State of|Bolivia (Plurinational State of)
BES Bonaire, Sint Eustatius and Saba|Caribbean Netherlands
BIH Bosnia and Herzegovina|Bosnia & Herzegovina
BWA Botswana
BRA Brazil
IOT British Indian Ocean Territory
VGB British Virgin Islands|Virgin Islands, British|Virgin Islands (British)
BRN Brunei|Brunei Darussalam
BGR Bulgaria
BFA Burkina Faso
BDI Burundi
CPV Cabo Verde|Cape Verde
KHM Cambodia
CMR Cameroon
CAN Canada
CYM Cayman Islands
CAF Central African Republic
TCD Chad
CHL Chile
CHN China|China, People's Republic of|People's Republic of China
CXR Christmas Island
CCK Cocos (Keeling) Islands
COL Colombia
COM Comoros
COG Congo|Republic of the Congo|Republic of Congo|Congo, Republic of the|Congo (Brazzaville)|Congo-Brazzaville
COD DR Congo|Congo, The Democratic Republic of the|Congo, Democratic Republic of the|Democratic Republic of the Congo|Congo (Kinshasa)|Congo (DRC)|Congo-Kinshasa
COK Cook Islands
CRI Costa Rica
CIV Côte d'Ivoire|Cote d'Ivoire|Ivory Coast
HRV Croatia
CUB Cuba
CUW Curaçao|Curacao
CYP Cyprus
CZE Czechia|Czech Republic
DNK Denmark
DJI Djibouti
DMA Dominica
DOM Dominican Republic
TLS East Timor|Timor-Leste
ECU Ecuador
EGY Egypt
SLV El Salvador
GNQ Equatorial Guinea
ERI Eritrea
EST Estonia
SWZ Eswatini|Swaziland
ETH Ethiopia
FLK Falkland Islands|Falkland Islands (Malvinas)
FRO Faroe Islands
FSM Micronesia|Micronesia, Federated States of|Federated States of Micronesia
FJI Fiji
FIN Finland
FRA France
GUF French Guiana
PYF French Polynesia
GAB Gabon
GMB Gambia|The Gambia|Gambia, The
GEO Georgia
DEU Germany
GHA Ghana
GIB Gibraltar
GRC Greece
GRL Greenland
GRD Grenada
GLP Guadeloupe
GUM Guam
GTM Guatemala
GGY Guernsey
GIN Guinea
GNB Guinea-Bissau
GUY Guyana
HTI Haiti
VAT Vatican City|Holy See (Vatican City State)|Holy See
HND Honduras
HKG Hong Kong|Hong Kong, China|Hong Kong SAR China
HUN Hungary
ISL Iceland
IND India
IDN Indonesia
IRN Iran|Iran, Islamic Republic of|Iran (Islamic Republic of)
IRQ Iraq
IRL Ireland
IMN Isle of Man
ISR Israel
ITA Italy
JAM Jamaica
JPN Japan
JEY Jersey
JOR Jordan
KAZ Kazakhstan
KEN Kenya
KIR Kiribati
PRK North Korea|Korea, Democratic People's Republic of|Democratic People's Republic of Korea
KOR South Korea|Korea, Republic of|Republic of Korea
XKX Kosovo
KWT Kuwait
KGZ Kyrgyzstan
LAO Laos|Lao People's Democratic Republic
LVA Latvia
LBN Lebanon
LSO Lesotho
LBR Liberia
LBY Libya|Libyan Arab Jamahiriya
LIE Liechtenstein
LTU Lithuania
LUX Luxembourg
MAC Macao|Macau|Macao SAR China
MDG Madagascar
MWI Malawi
MYS Malaysia
MDV Maldives
MLI Mali
MLT Malta
MHL Marshall Islands
MTQ Martinique
MRT Mauritania
MUS Mauritius
MYT Mayotte
MEX Mexico
MDA Moldova|Moldova, Republic of|Republic of Moldova
MCO Monaco
MNG Mongolia
MNE Montenegro
MSR Montserrat
MAR Morocco
MOZ Mozambique
MMR Myanmar|Burma|Myanmar (Burma)
NAM Namibia
NRU Nauru
NPL Nepal
NLD Netherlands|The Netherlands
ANT Netherlands Antilles
NCL New Caledonia
NZL New Zealand
NIC Nicaragua
NER Niger
NGA Nigeria
NIU Niue
NFK Norfolk Island
MKD North Macedonia|Macedonia, The Former Yugoslav Republic of|Macedonia|Republic of North Macedonia
MNP Northern Mariana Islands
NOR Norway
OMN Oman
PAK Pakistan
PLW Palau
PSE Palestine|Palestinian Territories, Occupied|Palestinian Territory, occupied|Palestinian Territory, Occupied|Palestinian Territories|State of Palestine|Palestine, State of|Occupied Palestinian Territory
PAN Panama
PNG Papua New Guinea
PRY Paraguay
PER Peru
PHL Philippines
PCN Pitcairn
POL Poland
PRT Portugal
PRI Puerto Rico
QAT Qatar
REU Réunion|Reunion
ROU Romania
RUS Russia|Russian Federation
RWA Rwanda
BLM Saint Barthélemy|Saint Barthelemy
SHN Saint Helena|Saint Helena, Ascension and Tristan da Cunha
KNA Saint Kitts and Nevis|Saint Kitts & Nevis|St. Kitts and Nevis|St Kitts and Nevis
LCA Saint Lucia|St. Lucia|St Lucia
MAF Saint Martin|Saint Martin (French part)|Saint Martin, French part
SPM Saint Pierre and Miquelon
VCT Saint Vincent and the Grenadines|Saint Vincent & the Grenadines|Saint Vincent & Grenadines|St. Vincent and the Grenadines
WSM Samoa
SMR San Marino
STP São Tomé and Príncipe|Sao Tome and Principe
SAU Saudi Arabia
SEN Senegal
SRB Serbia
SCG Serbia and Montenegro|Former Serbia and Montenegro
SYC Seychelles
SLE Sierra Leone
SGP Singapore
SXM Sint Maarten|Sint Maarten (Dutch part)
SVK Slovakia
SVN Slovenia
SLB Solomon Islands
SOM Somalia
ZAF South Africa
SSD South Sudan
ESP Spain
LKA Sri Lanka
SDN Sudan
SUR Suriname
SJM Svalbard and Jan Mayen|Svalbard & Jan Mayen
SWE Sweden
CHE Switzerland
SYR Syria|Syrian Arab Republic
TWN Taiwan|Taiwan, Province of China
TJK Tajikistan
TZA Tanzania|Tanzania, United Republic of|United Republic of Tanzania
THA Thailand
TGO Togo
TKL Tokelau
TON Tonga
TTO Trinidad and Tobago|Trinidad & Tobago
TUN Tunisia
TUR Turkey|Turkey (Türkiye)|Türkiye|Turkiye
TKM Turkmenistan
TCA Turks and Caicos Islands
TUV Tuvalu
VIR US Virgin Islands|Virgin Islands (U.S.)|Virgin Islands, U.S.|United States Virgin Islands|U.S. Virgin Islands
UGA Uganda
UKR Ukraine
ARE United Arab Emirates
GBR United Kingdom
USA United States|United States of America
UMI United States Minor Outlying Islands|U.S. Minor Outlying Islands
URY Uruguay
UZB Uzbekistan
VUT Vanuatu
VEN Venezuela|Venezuela, Bolivarian Republic of|Venezuela (Bolivarian Republic of)
VNM Vietnam|Viet Nam
WLF Wallis and Futuna|Wallis & Futuna
ESH Western Sahara
YEM Yemen
YUG Former Yugoslavia
ZMB Zambia
ZWE Zimbabwe
"""  # noqa: E501

NAMES: dict[str, str] = {}  # of each code, our name
_CODES: dict[str, str] = {}  # of each name, in lower case, the code
for _line in _TABLE.strip().splitlines():
    _code, _, _rest = _line.partition(" ")
    NAMES[_code] = _rest.split("|")[0]
    for _name in _rest.split("|"):
        _CODES[_name.casefold()] = _code
_MOST_COMMAS = max(name.count(",") for name in _CODES)


def code(name: str) -> str | None:
    """The code of a country's name, old or new; None if it is none.

    Of a new spelling such as ``Turkey (Türkiye)`` the name before the bracket counts.
    """
    plain = " ".join(name.replace("\u2019", "'").split()).casefold()
    return _CODES.get(plain) or _CODES.get(plain.rstrip(" .")) or _CODES.get(plain.partition(" (")[0])


@lru_cache(maxsize=100_000)
def of_place(place: str) -> tuple[str, str | None]:
    """The name of the country at the end of a place as it is written, and its code (None: a fragment).

    The longest end that is a country's name counts: ``Seoul, Korea, Republic of`` is in Korea.
    """
    parts = place.split(", ")
    for commas in range(min(_MOST_COMMAS, len(parts) - 1), -1, -1):
        name = ", ".join(parts[-1 - commas :]).strip()
        if found := code(name):
            return name, found
    return parts[-1].strip(), None
