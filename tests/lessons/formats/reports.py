"""Reports of who was in a meeting on 7 December 2026, 10:00 to 11:00 in Vilnius, as each platform exports them."""

import json
from typing import Final

ZOOM: Final = (
    "Meeting ID,Topic,Start Time,End Time,User Email,Duration (Minutes),Participants\r\n"
    '"812 3456 7890",Virusai,12/07/2026 09:55:00 AM,12/07/2026 11:01:00 AM,host@b.lt,66,3\r\n'
    "\r\n"
    "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest,Recording Consent\r\n"
    "Ona Onaitė,ona@b.lt,12/07/2026 10:00:00 AM,12/07/2026 10:20:00 AM,20,No,\r\n"
    "Ona Onaitė,ona@b.lt,12/07/2026 10:10:00 AM,12/07/2026 10:40:00 AM,30,No,Y\r\n"
    '"Benas (telefonas)",,12/07/2026 10:05:00 AM,12/07/2026 10:30:00 AM,25,Yes,\r\n'
)
ZOOM_BARE: Final = (
    "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest\n"
    '"Ona Onaitė",ona@b.lt,"Dec 7, 2026 10:00 AM","Dec 7, 2026 10:40 AM",40,No\n'
)
ZOOM_UNIQUE: Final = (
    "Topic,ID,Host,Duration (minutes),Start time,End time,Participants\n"
    'Virusai,81796405615,Host (host@b.lt),77,"12/07/2026 09:55:00 AM","12/07/2026 11:12:00 AM",3\n'
    "\n"
    "Name (original name),Email,Total duration (minutes),Guest\n"
    "Ona Onaitė,ona@b.lt,40,No\n"
)
TEAMS: Final = (
    "1. Summary\r\nMeeting title\tVirusai\r\nAttended participants\t3\r\n"
    "Start time\t12/7/26, 9:55:11 AM\r\nEnd time\t12/7/26, 11:01:02 AM\r\nMeeting duration\t1h 5m 51s\r\n\r\n"
    "2. Participants\r\n"
    "Name\tFirst Join\tLast Leave\tIn-Meeting Duration\tEmail\tParticipant ID (UPN)\tRole\r\n"
    "Ona Onaitė\t12/7/26, 10:00:00 AM\t12/7/26, 11:00:00 AM\t40m 0s\tona@b.lt\tona@b.lt\tPresenter\r\n"
    "Benas (Guest)\t12/7/26, 10:05:00 AM\t12/7/26, 10:30:00 AM\t25m 0s\t\t\tAttendee\r\n\r\n"
    "3. In-Meeting Activities\r\n"
    "Name\tJoin Time\tLeave Time\tDuration\tEmail\tRole\r\n"
    "Ona Onaitė\t12/7/26, 10:00:00 AM\t12/7/26, 10:20:00 AM\t20m 0s\tona@b.lt\tPresenter\r\n"
    "Ona Onaitė\t12/7/26, 10:40:00 AM\t12/7/26, 11:00:00 AM\t20m 0s\tona@b.lt\tPresenter\r\n"
)
TEAMS_PL: Final = (
    "1. Podsumowanie\r\nTytuł spotkania\tWirusy\r\n\r\n2. Uczestnicy\r\n"
    "Imię i nazwisko\tPierwsze dołączenie\tOstatnie wyjście\tCzas udziału w spotkaniu\tAdres e-mail\t"
    "Identyfikator uczestnika (UPN)\tRola\r\n"
    "Ona Onaitė\t7.12.2026, 10:00:00\t7.12.2026, 10:40:00\t40 min 0 s\tona@b.lt\tona@b.lt\tUczestnik\r\n"
)
TEAMS_OLD: Final = (
    "Meeting Summary\r\nTotal Number of Participants\t1\r\nMeeting Title\tVirusai\r\n\r\n"
    "Full Name\tJoin Time\tLeave Time\tDuration\tEmail\tRole\tParticipant ID (UPN)\r\n"
    "Ona Onaitė\t07/12/2026, 10:00:00\t07/12/2026, 10:40:00\t40m\t\tAttendee\tona@b.lt\r\n"
)
TEAMS_OLDEST: Final = (
    "Full Name\tUser Action\tTimestamp\r\n"
    "Ona Onaitė\tJoined before\t07/12/2026, 10:00:00\r\n"
    "Benas\tJoined\t07/12/2026, 10:05:00\r\n"
    "Ona Onaitė\tLeft\t07/12/2026, 10:40:00\r\n"
)
BBB: Final = (
    "Name,Moderator,Activity Score,Talk Time,Webcam Time,Messages,Reactions,Poll Votes,Raise Hands,Join,Left,"
    "Duration,Ar girdite?\r\n"
    '"Ona Onaitė","FALSE","3.2","00:00:10","-","1","0","1","0","12/7/2026, 10:00:00 AM","12/7/2026, 10:50:00 AM",'
    '"00:40:00","Taip"\r\n'
    '"Benas","TRUE","0","-","-","0","0","0","0","12/7/2026, 10:05:00 AM","-","00:55:00","-"\r\n'
    '"Anonymous","","","","","","","","","","","","Taip"'
)
BBB_NB: Final = (
    "Navn,Moderator,Aktivitetspoeng,Taletid,Delta,Venstre,Duration\n"
    '"Ona Onaitė","FALSE","3,2","-","7.12.2026, 10:00:00","7.12.2026, 10:40:00","00:40:00"\n'
)
LITHUANIAN: Final = (
    "Vardas (pradinis vardas),Naudotojo el. paštas,Prisijungimo laikas,Išėjimo laikas,Trukmė (minutės)\n"
    "Ona Onaitė,ona@b.lt,2026-12-07 10:00:00,2026-12-07 10:40:00,40\n"
)
_TEN: Final = 1796630400000  # 10:00 in Vilnius
_MINUTE: Final = 60_000


def dashboard(*, sessions: bool = True) -> bytes:
    """BigBlueButton's own learning_dashboard_data.json, of a newer version or an older one."""

    def client(begins: int, ends: int) -> dict[str, object]:
        span = {"registeredOn": _TEN + begins * _MINUTE, "leftOn": _TEN + ends * _MINUTE if ends else 0}
        return {"intId": "w_1", "sessions": [span]} if sessions else {"intId": "w_1", **span}

    ona = {"userKey": "1", "extId": "seed1", "name": "Ona Onaitė", "isModerator": False, "answers": {}}
    ben = {"userKey": "2", "extId": "w_x", "name": "Benas", "isModerator": True, "talk": {"totalTime": 1}}
    users = {
        "1": {**ona, "intIds": {"w_1": client(0, 20), "w_2": client(20, 40)}},
        "2": {**ben, "intIds": {"w_3": client(5, 0)}},
    }
    held = {"intId": "m", "name": "Virusai", "users": users, "polls": {}, "endedOn": _TEN + 60 * _MINUTE}
    return json.dumps(held).encode()
