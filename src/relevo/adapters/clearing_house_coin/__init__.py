"""The clearing house of the Netherlands: signed letters and a stream of server-sent events."""

from __future__ import annotations

from relevo.adapters.clearing_house_coin.donor import CoinDonorHouse
from relevo.adapters.clearing_house_coin.line import CoinLine
from relevo.adapters.clearing_house_coin.recipient import CoinClearingHouse
from relevo.adapters.clearing_house_coin.settings import CoinAccount

__all__ = ["CoinAccount", "CoinClearingHouse", "CoinDonorHouse", "CoinLine"]
