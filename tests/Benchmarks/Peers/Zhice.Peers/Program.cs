using Garnet;
using Zhice.Peers;
using Zhice.Peers.Actors;
using Zhice.Peers.Postgres;
using Zhice.Peers.Redis;

// Peers of the product, each in a process of its own; deploy/bench.sh starts them:
//   Zhice.Peers redis --Port=P --Redis=HOST:PORT [--Connections=2] [--Read=pipeline|script]   on Redis or Garnet
//   Zhice.Peers postgres --Port=P --Postgres=CONNECTION-STRING
//   Zhice.Peers proto|akka --Port=P
//   Zhice.Peers fill-redis --Redis=HOST:PORT --Active=N --Of=M; Zhice.Peers fill-postgres --Postgres=... --Active=N --Of=M
//   Zhice.Peers garnet --Port=P      a Garnet server, which speaks Redis' protocol
var settings = new ConfigurationBuilder().AddCommandLine(args.Skip(1).ToArray()).Build();
switch (args.FirstOrDefault())
{
    case "redis":
        await using (var redis = await RedisPeer.ConnectAsync(settings))
        {
            await PeerHost.RunAsync(settings, redis);
        }

        break;
    case "postgres":
        await using (var postgres = new PostgresPeer(settings))
        {
            await PeerHost.RunAsync(settings, postgres);
        }

        break;
    case "proto":
        await using (var proto = await ProtoPeer.StartAsync())
        {
            await PeerHost.RunAsync(settings, proto);
        }

        break;
    case "akka":
        await using (var akka = await AkkaPeer.StartAsync(settings))
        {
            await PeerHost.RunAsync(settings, akka);
        }

        break;
    case "garnet":
        using (var garnet = new GarnetServer(["--port", settings["Port"]!, "--bind", "127.0.0.1", .. settings["Garnet"]?.Split(' ') ?? []]))
        {
            garnet.Start();
            Console.WriteLine("The server is ready");
            await Task.Delay(Timeout.Infinite);
        }

        break;
    case "fill-redis":
        await RedisFilling.RunAsync(settings);
        break;
    case "fill-postgres":
        await PostgresFilling.RunAsync(settings);
        break;
    default:
        Console.Error.WriteLine($"'{args.FirstOrDefault()}' is none of redis, postgres, proto, akka, garnet, fill-redis, fill-postgres.");
        return 2;
}

return 0;
