global using Timeout = Parley.Transport.Driving.Timeout;
