"""break.py JOBS OTHER: a job of JOBS broken in all ways. OTHER has jobs of a
kernel that computes something else under the same name."""
import json
import sys

first, last = ([json.loads(line) for line in open(name)][-1]
               for name in sys.argv[1:3])


def put(name, **changes):
    job = json.loads(json.dumps(first))
    job["trial"]["configuration"] = name
    for key, value in changes.items():
        job[key] = value
    print(json.dumps(job))


put("good")
put("wrong", objects=[first["objects"][0], last["objects"][1]])
put("no object", objects=[first["objects"][0],
                          {"schedule": "", "base64": "AAAA"}])
put("no symbol", symbol="none")
put("too far", arguments=[dict(first["arguments"][0], elements=4000)] +
    first["arguments"][1:])
put("too slow", limit_ns=200000000, round_ns=100000000, rounds=100)
put("too much", arguments=[dict(argument, elements=1 << 40)
                           for argument in first["arguments"]])
print("{\"job\": 1}")
put("good at last")
put("good")
