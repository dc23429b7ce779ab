"""What the invented services are like: how large, when open, how called, who lists them."""

from __future__ import annotations

HOURS: dict[str, tuple[str, ...]] = {
    "IST": ("Mo-Fr 08:00-16:30", "Mo-Fr 08:00-14:00", "Mo-Fr 08:15-16:15"),
    "IST.NID": ("Mo-Fr 07:30-18:00", "Mo-Fr 08:00-16:30"),
    "IST.UNI": ("Mo-Fr 08:00-20:00",),
    "SAN.FAR": ("Mo-Sa 08:30-12:30,15:30-19:30", "Mo-Sa 08:30-19:30", "Mo-Su 00:00-24:00"),
    "SAN.MMG": ("Mo-Fr 09:00-12:00", "Mo,We,Fr 15:00-18:30; Tu,Th 09:00-12:00"),
    "SAN.PLS": ("Mo-Fr 09:30-12:30", "Mo,We,Fr 14:00-18:00"),
    "SAN.OSB": ("Mo-Su 00:00-24:00",),
    "SAN.DE1": ("Mo-Su 00:00-24:00",),
    "SAN.DE2": ("Mo-Su 00:00-24:00",),
    "SAN": ("Mo-Fr 08:00-18:00", "Mo-Fr 08:00-13:00"),
    "SOC": ("Mo-Fr 09:00-12:30", "Mo-Fr 09:00-17:00"),
    "CUL.BIB": ("Tu-Sa 09:30-12:30,14:30-18:30", "Tu-Fr 14:30-19:00; Sa 09:30-12:30"),
    "CUL.MUS": ("Tu-Su 10:00-18:00",),
    "CUL.CIM": ("Mo-Su 08:00-18:00",),
    "SPO": ("Mo-Fr 09:00-22:00; Sa-Su 09:00-19:00", "Mo-Su 08:00-23:00"),
    "VER": ("Mo-Su 00:00-24:00", "Mo-Su 07:00-21:00"),
    "AMM.MUN": ("Mo-Fr 08:30-12:30; We 14:00-18:00",),
    "AMM.POS": ("Mo-Fr 08:20-13:35; Sa 08:20-12:35", "Mo-Fr 08:20-19:05; Sa 08:20-12:35"),
    "AMM": ("Mo-Fr 08:30-12:30", "Mo-Fr 08:30-15:30"),
    "AMB.RIF": ("Tu-Sa 09:00-12:00,14:00-17:30",),
    "COM.ALI": ("Mo-Sa 08:00-20:00; Su 09:00-13:00", "Mo-Su 08:00-21:00"),
    "COM": ("Mo-Sa 09:00-12:30,15:30-19:30", "Mo-Su 09:00-20:00"),
}
"""Opening hours by voice, else by category; what is in neither has none."""

PER_PERSON: dict[str, float] = {
    "IST.NID": 0.0062, "IST.INF": 0.0225, "IST.PRI": 0.0440, "IST.SE1": 0.0280, "IST.SE2": 0.0450,
    "IST.ITS": 0.0030, "IST.UNI": 0.0600, "IST.ADU": 0.0015, "IST.SUP": 0.0120, "SAN.ODC": 0.0002,
    "SAN.OSB": 0.0011, "SAN.DE1": 0.0011, "SAN.DE2": 0.0010, "SOC.RSA": 0.0050, "SOC.CDI": 0.0012,
    "SOC.SEG": 0.00021, "SAN.MMG": 0.86, "SAN.PLS": 0.11,
}  # fmt: skip
"""Capacity for each resident of the territory: shared out among the services of that voice."""

EACH: dict[str, tuple[float, float]] = {
    "VER.GIO": (300, 1500), "VER.GIA": (1200, 9000), "VER.PAR": (18_000, 160_000), "VER.SOV": (60, 900),
    "VER.ORT": (15, 80), "VER.CAN": (400, 2500), "SPO.PAL": (300, 1400), "SPO.CAM": (3000, 9000),
    "SPO.PIS": (250, 1250), "SPO.CEN": (6000, 40_000), "SPO.STA": (4000, 45_000), "SOC.GIO": (120, 800),
    "SOC.COM": (60, 260), "CUL.BIB": (20, 140), "CUL.BIS": (120, 500), "CUL.TEA": (180, 1300),
    "CUL.CIN": (150, 1800), "CUL.REL": (120, 600), "CUL.FIE": (9000, 120_000), "COM.ALI": (120, 1800),
    "COM.MER": (15, 120), "COM.MSV": (400, 2400), "COM.GSV": (6000, 60_000), "LAV.COW": (12, 90),
    "MOB.PKR": (20, 240), "MOB.PIN": (120, 900), "MOB.BIC": (10, 120), "AMM.MUN": (3, 20), "AMM.POS": (2, 9),
    "TUR.RIC": (12, 320), "SIC.PRC": (200, 3000), "AMB.CLI": (20, 200), "CAS.SAP": (12, 260),
    "CAS.SAS": (30, 400), "SOC.ACC": (8, 80), "IST.RIC": (30, 900), "SAN.POL": (200, 2500),
}  # fmt: skip
"""Least and most capacity of one service, in the unit of its voice."""

EVERY: dict[str, float] = {
    "CAS.SAP": 7000, "CAS.SAS": 60_000, "CAS.SOS": 250_000, "MOB.PKR": 1500, "MOB.PIN": 32_000,
    "MOB.BIC": 2500,
    "MOB.SHA": 5000, "MOB.EVR": 3500, "MOB.LOG": 4500, "AMB.TEC": 30_000, "TUR.RIC": 7000, "DIF.CAS": 300_000,
    "COM.VIC": 1300, "COM.BAR": 1300, "AMB.FON": 1500, "SIC.DAE": 1600, "CUL.CIM": 20_000, "CUL.MUS": 60_000,
    "CUL.TEA": 50_000, "CUL.BIS": 400_000, "CUL.FIE": 600_000, "IST.UNI": 250_000, "IST.RIC": 300_000,
    "SAN.DE2": 450_000, "SPO.STA": 300_000, "AMM.GIU": 350_000, "VER.SOV": 120_000,
}  # fmt: skip
"""Residents for one service, where the taxonomy gives no catchment or a village would look empty by it."""

WORDS: dict[str, str] = {
    "IST.NID": "Nido", "IST.INF": "Scuola dell'infanzia", "IST.PRI": "Primaria", "IST.SE1": "Secondaria",
    "IST.SE2": "Istituto superiore", "IST.UNI": "Ateneo", "SAN.FAR": "Farmacia", "SAN.MMG": "Ambulatorio",
    "SAN.PLS": "Pediatra", "SAN.CDS": "Casa della comunità", "SAN.CDH": "Casa della comunità",
    "SAN.OSB": "Ospedale", "SAN.DE1": "Ospedale", "SAN.DE2": "Ospedale", "SOC.RSA": "Residenza",
    "CUL.BIB": "Biblioteca", "CUL.TEA": "Teatro", "CUL.MUS": "Museo", "CUL.CIN": "Cinema",
    "CUL.REL": "Chiesa",
    "CUL.CIM": "Cimitero", "SPO.PAL": "Palestra", "SPO.PIS": "Piscina", "SPO.CEN": "Centro sportivo",
    "VER.GIO": "Giochi", "VER.GIA": "Giardino", "VER.PAR": "Parco", "VER.SOV": "Parco", "VER.ORT": "Orti",
    "AMM.MUN": "Municipio", "AMM.POS": "Posta", "COM.ALI": "Alimentari", "COM.MER": "Mercato",
    "COM.BAR": "Bar", "COM.VIC": "Bottega", "COM.MSV": "Magazzino", "COM.GSV": "Galleria",
    "SAN.COT": "Centrale",
}  # fmt: skip
"""First word of a service's name; the voice's own name where it is not here."""

NAMES = (
    *("dei Tigli", "degli Olmi", "dei Platani", "delle Robinie", "dei Gelsi", "dei Pioppi", "del Mulino"),
    *("della Fornace", "della Cascina", "del Lavatoio", "del Fontanile", "della Roggia", "degli Orti"),
    *("della Filanda", "del Cotonificio", "del Borgo", "del Ponte", "della Piazzetta", "della Marcita"),
    *("della Ghiacciaia", "della Vigna", "del Campo lungo", "della Porta vecchia", "della Dogana"),
    *("del Torchio", "del Granaio", "dell'Aia", "del Biancospino", "della Civetta", "del Merlo"),
)

REGISTERED = frozenset(
    {
        *("IST.NID", "IST.INF", "IST.PRI", "IST.SE1", "IST.SE2", "IST.UNI", "SAN.FAR", "SAN.MMG", "SAN.PLS"),
        *("SAN.OSB", "SAN.DE1", "SAN.DE2", "SAN.CDH", "SAN.ODC", "CUL.BIB", "AMM.MUN", "AMM.POS", "MOB.FER"),
        *("MOB.MET", "MOB.TPL", "COM.GSV", "SIC.VVF", "CUL.CIM"),
    }
)
"""Voices that a register covers whole, in every comune."""

VOCATIONS = (("IST", "CUL"), ("SAN", "SOC"), ("COM", "LAV"), ("SPO", "VER"), ("AMM", "SIC"))
"""What a town that draws people from around it has more of: one pair for each, in turn."""
